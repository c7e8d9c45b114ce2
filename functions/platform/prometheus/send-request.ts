import { ProviderError } from './provider-error.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A form, which is posted. */
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

interface Bounds {
  /** For all of it, the last byte of the answer included. */
  readonly timeoutMs: number;
  readonly atMostBytes: number;
}

/** Sends a question that may be asked twice, and reads its answer while it is not too large. @throws ProviderError */
export async function sendRequest(request: HttpRequest, { timeoutMs, atMostBytes }: Bounds): Promise<HttpAnswer> {
  const abort = new AbortController();
  // Not AbortSignal.timeout: it would keep what belongs to an answered request until the time is over.
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const answer = await send(request, abort.signal);
    return { status: answer.status, text: await readText(answer, atMostBytes) };
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    if (abort.signal.aborted) {
      throw new ProviderError('timedOut', `Prometheus did not answer within ${timeoutMs / 1000} s.`);
    }
    throw new ProviderError('unreachable', `Prometheus cannot be reached: ${reasonOf(error)}.`);
  } finally {
    clearTimeout(timer);
    // What was not read is not waited for.
    abort.abort();
  }
}

/** A connection that was kept may have been closed at the other end while this function was frozen: a second one is new. */
async function send(request: HttpRequest, signal: AbortSignal): Promise<Response> {
  const { url, ...asked } = request;
  const method = request.body === undefined ? 'GET' : 'POST';
  const attempt = () => fetch(url, { method, ...asked, signal, redirect: 'manual' });
  return attempt().catch(error => {
    if (signal.aborted) throw error;
    return attempt();
  });
}

/** Counts what has been unpacked: a small answer may be large. */
async function readText({ body }: Response, atMostBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > atMostBytes) throw tooLarge(atMostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export function tooLarge(atMostBytes: number): ProviderError {
  const megabytes = Math.floor(atMostBytes / 1_000_000);
  return new ProviderError('tooLarge', `Prometheus' answer is larger than ${megabytes} MB: ask for less at once.`);
}

/** A code says more than fetch does, whose own words show the address, or a header that it does not take. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown; message?: unknown } };
  return String(cause?.code ?? cause?.message ?? name);
}
