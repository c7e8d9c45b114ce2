import { listTokens } from '#data/tokens.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listTokensInput } from './input.ts';

export const handler = endpoint(listTokensInput, async ({ query }) => {
  const { limit = 100, start } = query;
  return { status: 200, body: toPage('tokens', await listTokens({ limit, after: start })) };
});
