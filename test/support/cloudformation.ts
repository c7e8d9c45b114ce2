import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CloudFormationCustomResourceResponse } from 'aws-lambda';

export interface Told {
  readonly response: CloudFormationCustomResourceResponse;
  readonly bytes: number;
  readonly contentType: string | undefined;
}

/** Where custom resources tell how they went, and Secrets Manager, which has one secret. */
export interface CloudFormation {
  readonly url: string;
  /** What it was told and took, in order. */
  readonly told: readonly Told[];
  /** The next answers are not taken: lost, or refused with a status. */
  refuse(...how: readonly ('cut' | number)[]): void;
  /** Who asks for the secret is not allowed to, so many times. */
  denySecret(times: number): void;
  close(): Promise<void>;
}

export async function startCloudFormation(secret: string): Promise<CloudFormation> {
  const told: Told[] = [];
  const refusals: ('cut' | number)[] = [];
  let denials = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.method === 'POST') {
      if (denials === 0) return response.end(JSON.stringify({ SecretString: secret }));
      denials -= 1;
      return response.writeHead(400, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}');
    }
    const refusal = refusals.shift();
    if (refusal === 'cut') return request.socket.destroy();
    if (refusal !== undefined) return response.writeHead(refusal).end();
    const contentType = request.headers['content-type'];
    told.push({ response: JSON.parse(body), bytes: Buffer.byteLength(body), contentType });
    return response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    refuse: (...how) => void refusals.push(...how),
    denySecret: times => {
      denials = times;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
