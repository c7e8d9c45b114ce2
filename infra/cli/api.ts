import { randomUUID } from 'node:crypto';
import {
  type ApiAnswer,
  type ApiTarget,
  callApi,
  describeAnswer,
  describeNoAnswer,
  trimApiUrl,
} from '../agent/http.ts';
import type { Arguments } from './options.ts';

/** The API could not do it; `message` is what to print. `status` is undefined where no answer came. */
export class ApiError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** Which API to speak to: options first, then the environment. */
export function readTarget(args: Arguments): ApiTarget {
  const url = args.one('url') ?? process.env['SERVICE_MANAGER_URL'] ?? 'http://127.0.0.1:8080';
  return { url: trimApiUrl(url), token: args.one('token') ?? process.env['SERVICE_MANAGER_TOKEN'] };
}

/** Calls the API and gives its JSON, whose shape is the caller's to know. Throws an ApiError for all but 2xx. */
export async function request<T>(target: ApiTarget, method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
  const answer = await callApi(target, method, path, { body, headers, signal: AbortSignal.timeout(30_000) }).catch(
    (error: unknown) => {
      throw new ApiError(`cannot reach ${target.url}: ${describeNoAnswer(error)}`);
    },
  );
  if (answer.status < 200 || answer.status > 299) throw new ApiError(formatProblem(answer), answer.status);
  return answer.body as T;
}

/** `400: the input is not valid`, then a line for each fault: `  deps[0]: is not a name`. */
function formatProblem(answer: ApiAnswer): string {
  const hints = answer.status === 401 ? ['give one as SERVICE_MANAGER_TOKEN, or with --token'] : [];
  return [describeAnswer(answer), ...[...readFaults(answer.body), ...hints].map(line => `  ${line}`)].join('\n');
}

function readFaults(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors)) return [];
  return body.errors.map((fault: { path?: unknown; message?: unknown }) => `${fault?.path}: ${fault?.message}`);
}
