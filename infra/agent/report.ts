import { type ApiAnswer, type ApiTarget, callApi, describeAnswer, describeNoAnswer, readText } from './http.ts';

export type Health = 'normal' | 'warning' | 'error';

/** How one attempt at a version ended. */
export type Outcome = {
  readonly outcome: 'succeeded' | 'failed';
  readonly deployID?: string;
  readonly message?: string;
};

/** What the instance says of itself; `version` is null where nothing has been installed yet. */
export type Report = Partial<Outcome> & {
  readonly version: string | null;
  readonly sequence: number;
  readonly health?: Health;
  readonly labels?: Readonly<Record<string, string>>;
};

/** What the instance should run, and when to report next. `version` is null where there is nothing to do. */
export type Desired = {
  readonly version: string | null;
  readonly artifact: string | undefined;
  readonly deployID: string | undefined;
};

export type Delivery =
  | { readonly kind: 'answered'; readonly desired: Desired; readonly reportAfterMs: number }
  /** It may work later: no answer, too many requests, a fault of the server. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs: number | undefined }
  /** It will not work until somebody changes something. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Sends one report. Never throws. */
export async function sendReport(
  target: ApiTarget,
  instance: { readonly service: string; readonly id: string },
  report: Report,
  signal: AbortSignal,
): Promise<Delivery> {
  const path = `/services/${encodeURIComponent(instance.service)}/instances/${encodeURIComponent(instance.id)}`;
  try {
    return readDelivery(await callApi(target, 'PUT', path, { body: report, signal }));
  } catch (error) {
    return { kind: 'unavailable', reason: describeNoAnswer(error), retryAfterMs: undefined };
  }
}

function readDelivery(answer: ApiAnswer): Delivery {
  if (answer.status === 200) return readDesired(answer);
  const reason = describeAnswer(answer);
  return isPassing(answer.status)
    ? { kind: 'unavailable', reason, retryAfterMs: answer.retryAfterMs }
    : { kind: 'refused', reason };
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

function readDesired({ body }: ApiAnswer): Delivery {
  // A proxy's page answers 200 as well: it must not pass for "nothing to do".
  if (typeof body !== 'object' || body === null || !('desiredVersion' in body) || !('reportAfterSeconds' in body)) {
    return { kind: 'unavailable', reason: '200 without a desired version: is this the API?', retryAfterMs: undefined };
  }
  return {
    kind: 'answered',
    desired: {
      version: readText(body, 'desiredVersion') ?? null,
      artifact: readText(body, 'artifact'),
      deployID: readText(body, 'deployID'),
    },
    reportAfterMs: readInterval(body.reportAfterSeconds),
  };
}

/** Bounded, so that no answer makes the agent hammer the API or fall silent. */
function readInterval(seconds: unknown): number {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return 60_000;
  return Math.min(Math.max(seconds * 1000, 50), 3_600_000);
}
