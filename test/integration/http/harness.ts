import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { GatewayOptions } from '../../../infra/local/http/create-gateway.ts';
import { createGatewayServer } from '../../../infra/local/http/gateway-server.ts';
import type { GatewayRoute } from '../../../infra/local/http/router.ts';
import { createLambda } from '../../../infra/local/lambda/create-lambda.ts';
import { ACCOUNT, REGION, specify } from '../lambda/harness.ts';

const ROUTES: readonly GatewayRoute[] = [
  ['GET', '/services'],
  ['POST', '/services'],
  ['GET', '/services/{service}'],
  ['GET', '/services/{service}/instances/{id}'],
  ['GET', '/services/special/instances'],
  ['GET', '/services/{service}/{kind}'],
  ['DELETE', '/services/special'],
].map(([method = '', path = '']) => ({ method, path, functionName: 'show' }));

export interface GatewayEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly logged: string[];
}

/** The gateway on a free port, before a function that shows its events, and one that replies as it is told. */
export async function startGateway(options: Partial<GatewayOptions> = {}): Promise<GatewayEndpoint> {
  const lambda = createLambda({
    region: REGION,
    accountId: ACCOUNT,
    functions: [
      specify('show', '../../http/fixtures/show-event.ts'),
      specify('authorize', '../../http/fixtures/authorize-as-told.ts'),
      specify('reply', '../../http/fixtures/reply-as-told.ts', { timeoutSeconds: 0.5 }),
    ],
  });
  const logged: string[] = [];
  const server = createGatewayServer({
    routes: [...ROUTES, { method: 'POST', path: '/reply', functionName: 'reply' }],
    invoke: (name, event) => lambda.invoke(name, event),
    stage: 'v1',
    region: REGION,
    accountId: ACCOUNT,
    log: message => logged.push(message),
    ...options,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    logged,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await Promise.all([lambda.close(), once(server, 'close')]);
    },
  };
}

/** Sends bytes as they are, and reads until the server closes: for requests that no client would send. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  let received = '';
  for await (const chunk of socket) received += chunk;
  return received;
}
