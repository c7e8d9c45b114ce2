import { callAws } from './call-aws.ts';
import type { Emulator } from './emulator.ts';

/**
 * Gives the API what LocalStack's CloudFormation drops of its properties: that the authorizer, not a header, tells the usage
 * key. A stage serves the API as it was when it was deployed last, so it is deployed again.
 */
export async function mendApi(emulator: Emulator, apiID: string): Promise<void> {
  const path = `/restapis/${apiID}`;
  const { apiKeySource } = JSON.parse(await callAws(emulator, { service: 'apigateway', path })) as {
    apiKeySource?: string;
  };
  if (apiKeySource === 'AUTHORIZER') return;
  const patchOperations = [{ op: 'replace', path: '/apiKeySource', value: 'AUTHORIZER' }];
  await callAws(emulator, { service: 'apigateway', method: 'PATCH', path, body: { patchOperations } });
  await callAws(emulator, {
    service: 'apigateway',
    method: 'POST',
    path: `${path}/deployments`,
    body: { stageName: 'v1' },
  });
}
