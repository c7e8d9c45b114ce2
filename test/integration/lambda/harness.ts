import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { createAwsEndpoint } from '../../../infra/local/aws-endpoint.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../../infra/local/lambda/create-lambda.ts';
import type { FunctionSpec } from '../../../infra/local/lambda/function-spec.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';

export function specify(name: string, file: string, overrides: Partial<FunctionSpec> = {}): FunctionSpec {
  const url = new URL(`./fixtures/${file}`, import.meta.url);
  return { name, file: url, environment: {}, timeoutSeconds: 5, memoryMB: 256, ...overrides };
}

export interface LambdaEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly lambda: Lambda;
  readonly client: LambdaClient;
  readonly logged: string[];
}

/** Lambda behind the AWS endpoint on a free port, and the real SDK's client for it. */
export async function startLambda(
  functions: readonly FunctionSpec[],
  options: Partial<LambdaOptions> = {},
): Promise<LambdaEndpoint> {
  const logged: string[] = [];
  const log = (message: string) => logged.push(message);
  const lambda = createLambda({ region: REGION, accountId: ACCOUNT, functions, log, ...options });
  const server = createServer(createAwsEndpoint([lambda], log));
  const url = await listen(server);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new LambdaClient({ endpoint: url, region: REGION, credentials, maxAttempts: 1 });
  return {
    url,
    lambda,
    client,
    logged,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await lambda.close();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

export function listen(server: Server): Promise<string> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}
