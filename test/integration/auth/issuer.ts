import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Issuer {
  readonly url: string;
  /** How often its keys were asked for. */
  readonly asked: () => number;
  /** Signs with the key that it has now, unless told otherwise. */
  issue(claims: object, header?: object): string;
  /** Has a new key from now on, and forgets the one before. */
  changeKey(): void;
  /** Says in its discovery document that it is this one. */
  callItself(issuer: string): void;
  /** Whether it answers. */
  setUp(isUp: boolean): void;
  close(): Promise<void>;
}

interface Key {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** An OIDC issuer: its discovery document and its keys. */
export async function startIssuer(): Promise<Issuer> {
  let [key, isUp, asked] = [makeKey('k1'), true, 0];
  const server = createServer((request, response) => {
    if (!isUp) return response.writeHead(503).end();
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      return response.end(JSON.stringify({ issuer: name, jwks_uri: `${url}/keys` }));
    }
    asked += 1;
    const jwk = { ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, use: 'sig', alg: 'RS256' };
    return response.end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let name = url;
  return {
    url,
    asked: () => asked,
    issue: (claims, header = {}) => issue(key, claims, header),
    changeKey: () => {
      key = makeKey(`${key.kid}-`);
    },
    callItself: other => {
      name = other;
    },
    setUp: up => {
      isUp = up;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function makeKey(kid: string): Key {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

function issue({ kid, privateKey }: Key, claims: object, header: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid, ...header })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}
