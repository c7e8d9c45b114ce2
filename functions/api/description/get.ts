import { endpoint } from '#platform/endpoint.ts';
import { describeApi } from './describe-api.ts';
import { getDescriptionInput } from './input.ts';

/** Made when it is first asked for. */
let description: object | undefined;

/** The one handler that knows the table of routes: it says what is in it. */
export const handler = endpoint(getDescriptionInput, async () => {
  if (!description) {
    const { routes } = await import('../../routes.ts');
    description = describeApi(routes);
  }
  return { status: 200, body: description };
});
