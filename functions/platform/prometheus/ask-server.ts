import { readError } from '#domain/metrics/read-answer.ts';
import { envNumber } from '../env.ts';
import type { Question } from './ask.ts';
import { type HttpAnswer, type HttpRequest, post } from './post.ts';
import { ProviderError } from './provider-error.ts';

export interface Server {
  readonly url: string;
  /** Whether requests carry AWS's signature, as Amazon Managed Service for Prometheus wants them. */
  readonly isSigned: boolean;
}

const timeoutMs = 1000 * envNumber('PROMETHEUS_TIMEOUT_SECONDS');

/** Asks over HTTP; always by POST, since a query may be longer than an address. @throws ProviderError */
export async function askServer({ url, isSigned }: Server, question: Question): Promise<string> {
  const plain = toRequest(url, question);
  const request = isSigned ? await sign(plain) : plain;
  return readText(await post(request, { timeoutMs, atMostBytes: question.atMostBytes }));
}

/** The path and the query of the address stay: servers stand behind proxies, and tenants in parameters. */
function toRequest(address: string, { operation, parameters }: Question): HttpRequest {
  const url = new URL(address);
  const { username, password } = url;
  url.username = url.password = '';
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/${operation}`;
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  // What we no longer wait for, it need not work on.
  const timeout = `${Math.ceil(0.9 * timeoutMs)}ms`;
  return {
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(username === '' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
    body: new URLSearchParams({ ...parameters, timeout }).toString(),
  };
}

async function sign(request: HttpRequest): Promise<HttpRequest> {
  const { signRequest } = await import('./sign-request.ts');
  return signRequest(request);
}

function readText({ status, text }: HttpAnswer): string {
  const body = parse(text);
  if (status === 200 && isSuccess(body)) return text;
  const error = readError(body);
  const words = error?.message.slice(0, 500);
  if (error?.type === 'timeout') throw new ProviderError('timedOut', `Prometheus gave up: ${words}`);
  if (status === 400 || status === 422) {
    throw new ProviderError('refused', `Prometheus refuses the query: ${words ?? `status ${status}`}`);
  }
  if (status === 401 || status === 403) {
    throw new ProviderError('failed', `Prometheus refuses our credentials, with status ${status}.`);
  }
  if (status >= 300 && status < 400) {
    throw new ProviderError('failed', `Prometheus answered with a redirect (${status}): its own address is needed.`);
  }
  const what = status === 200 ? 'something else than an answer' : `status ${status}`;
  throw new ProviderError('failed', `Prometheus answered with ${what}${words ? `: ${words}` : '.'}`);
}

function isSuccess(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'status' in body && body.status === 'success';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
