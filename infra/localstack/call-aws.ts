import { madeUpAccount } from '../place.ts';
import { credentials, type Emulator } from './emulator.ts';

export interface AwsCall {
  readonly service: string;
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path?: string;
  /** JSON, or a form. */
  readonly body?: object | URLSearchParams;
}

const patienceMs = 10_000;

/**
 * Calls an operation that no client in this repository has. Emulators read of a signature which service is meant, and check
 * none.
 * @throws when nothing answers, or not with 2xx
 */
export async function callAws(
  { url }: Emulator,
  { service, method = 'GET', path = '/', body }: AwsCall,
): Promise<string> {
  const scope = `${credentials.accessKeyId}/20260101/${madeUpAccount.region}/${service}/aws4_request`;
  const isForm = body instanceof URLSearchParams;
  const answer = await fetch(url + path, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      ...(body && { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
    },
    ...(body && { body: isForm ? body.toString() : JSON.stringify(body) }),
    signal: AbortSignal.timeout(patienceMs),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} of ${service} is answered ${answer.status}: ${text}`);
  return text;
}
