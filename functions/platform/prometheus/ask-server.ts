import { unescape as decode } from 'node:querystring';
import { readError } from '#domain/metrics/read-answer.ts';
import { toStorable } from '#domain/text.ts';
import type { TimedQuestion, Told } from './ask.ts';
import { ProviderError } from './provider-error.ts';
import { type HttpAnswer, type HttpRequest, sendRequest } from './send-request.ts';

export interface Server {
  readonly url: string;
  readonly token?: string | undefined;
  /** Whether requests carry AWS's signature, as Amazon Managed Service for Prometheus wants them. */
  readonly isSigned: boolean;
}

/** Asks over HTTP. @throws ProviderError */
export async function askServer(server: Server, question: TimedQuestion): Promise<Told> {
  const request = toRequest(server, question);
  return read(await sendRequest(server.isSigned ? await sign(request) : request, question));
}

/** What servers and proxies take. */
const addressAtMost = 4_000;

/**
 * By GET, which whatever speaks for Prometheus knows, POST or not; a query that is too long for an address goes in a form, and so does
 * what is signed. The path and the query of the address stay: servers stand behind proxies, and tenants in parameters.
 */
function toRequest(server: Server, { operation, parameters, timeoutMs }: TimedQuestion): HttpRequest {
  const url = new URL(server.url);
  const credentials = takeCredentials(url);
  const authorization = server.token === undefined ? credentials : `Bearer ${server.token}`;
  const headers = authorization === undefined ? {} : { authorization };
  url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v1/${operation}`;
  // What we no longer wait for, it need not work on.
  const form = new URLSearchParams({ ...parameters, timeout: `${Math.ceil(0.9 * timeoutMs)}ms` });
  const whole = new URL(url);
  for (const [name, value] of form) whole.searchParams.append(name, value);
  if (!server.isSigned && whole.href.length <= addressAtMost) return { url: whole, headers };
  const type = 'application/x-www-form-urlencoded';
  return { url, headers: { ...headers, 'content-type': type }, body: form.toString() };
}

/** Out of the address, where fetch does not take them, and would show them in what it says. */
function takeCredentials(url: URL): string | undefined {
  // What is no escape stands for itself.
  const [name = '', password = ''] = [decode(url.username), decode(url.password)];
  url.username = url.password = '';
  return name || password ? `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` : undefined;
}

async function sign(request: HttpRequest): Promise<HttpRequest> {
  const { signRequest } = await import('./sign-request.ts');
  return signRequest(request);
}

function read({ status, text }: HttpAnswer): Told {
  const body = parse(text);
  if (status === 200 && isSuccess(body)) return { text, body };
  const error = readError(body);
  const words = error && toStorable(error.message, 500);
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
