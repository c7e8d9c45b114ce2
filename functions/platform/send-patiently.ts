import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '#domain/refusal.ts';
import { faultOf, isResuming, sqlState } from './database-fault.ts';
import { countMetric } from './metrics.ts';
import { findPatience, type Patience } from './patience.ts';
import { logger } from './powertools.ts';

const firstDelayMs = 100;
const longestDelayMs = 2_000;
/** What an attempt needs to be worth it. */
const attemptMs = 100;

type Send<T> = (options: { readonly abortSignal: AbortSignal }) => Promise<T>;

/**
 * Sends a statement, and again while it has not run, for as long as the request at hand has patience. One that may have run is
 * sent again only if it may be. Rejects with Refusal when the database is busy, or does not come back in time.
 */
export async function sendPatiently<T>(send: Send<T>, mayRepeat: boolean): Promise<T> {
  const patience = findPatience();
  let mayHaveRun = false;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const restMs = patience.until - Date.now();
      return await sendFor(attempt === 0 ? Math.max(restMs, patience.firstMs) : restMs, send);
    } catch (error) {
      const fault = faultOf(error);
      mayHaveRun ||= fault === 'mayHaveRun';
      // Busy: an attempt whose answer was lost may itself still hold the locks.
      const isWorthIt = fault === 'nothingRan' || (mayHaveRun && mayRepeat && fault !== 'final');
      const sparedMs = patience.until - Date.now() - attemptMs;
      if (!isWorthIt || sparedMs <= 0) throw toRefusal(error, patience);
      await tell(error, patience);
      await sleep(Math.random() * Math.min(longestDelayMs, firstDelayMs * 2 ** attempt, sparedMs));
    }
  }
}

/** Not AbortSignal.timeout: it would keep what belongs to an answered request until the time is over. */
async function sendFor<T>(ms: number, send: Send<T>): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ms);
  try {
    return await send({ abortSignal: abort.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Once in a request. */
async function tell(error: unknown, patience: Patience): Promise<void> {
  if (patience.isLogged) return;
  patience.isLogged = true;
  const { name: fault, message: detail } = error instanceof Error ? error : new Error(String(error));
  const code = isResuming(error) ? 'databaseResuming' : 'databaseRetried';
  logger.info('waits for the database', { code, requestID: patience.requestID, fault, detail });
  if (code === 'databaseResuming') await countMetric('DatabaseResuming');
}

/** A lock that was not had in time and a database that is away are answers, not faults. */
function toRefusal(error: unknown, { retryAfterSeconds }: Patience): unknown {
  const fault = faultOf(error);
  if (fault === 'final') return error;
  // Another transaction was in the way, or this one in another's.
  if (fault === 'busy' || /^40/.test(sqlState(error) ?? '')) {
    return new Refusal('databaseBusy', 'The database is busy; try again.', { retryAfterSeconds });
  }
  return new Refusal('databaseUnavailable', 'The database cannot be reached; try again.', { retryAfterSeconds });
}
