/** Where the API is, and as whom to speak to it. `url` has no `/v1` at its end. */
export type ApiTarget = { readonly url: string; readonly token?: string | undefined };

export type ApiAnswer = {
  readonly status: number;
  /** The parsed JSON, or the text where it is not JSON. */
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;
};

type CallOptions = { readonly body?: unknown; readonly headers?: Record<string, string>; readonly signal: AbortSignal };

/** People paste the address with its stage (`…/v1`), as the deployment prints it, or without: both mean the same. */
export function trimApiUrl(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** Calls `/v1${path}`. Any status is an answer; throws only where none came. */
export async function callApi(target: ApiTarget, method: string, path: string, call: CallOptions): Promise<ApiAnswer> {
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
  if (target.token) headers['authorization'] = `Bearer ${target.token}`;
  if (call.body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(`${target.url}/v1${path}`, {
    method,
    headers,
    body: call.body === undefined ? null : JSON.stringify(call.body),
    signal: call.signal,
  });
  return {
    status: response.status,
    body: parseBody(await response.text()),
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), Date.now()),
  };
}

/** `404: no such service`, from a problem document, from what a gateway says by itself, or from any text. */
export function describeAnswer(answer: ApiAnswer): string {
  const detail = readText(answer.body, 'detail') ?? readText(answer.body, 'title') ?? readText(answer.body, 'message');
  const text = detail ?? (typeof answer.body === 'string' ? answer.body.slice(0, 200) : '');
  return text ? `${answer.status}: ${text}` : String(answer.status);
}

/** Why no answer came. `fetch` itself only says "fetch failed" and hides the reason in the cause. */
export function describeNoAnswer(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const cause: unknown = error.cause;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}

/** `Retry-After` as milliseconds from `now`, an hour at most; it is a number of seconds or a date. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), 3_600_000);
}

/** The string field `name` of an unknown value, if it has one that is not empty. */
export function readText(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' && field !== '' ? field : undefined;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
