import { forgetChanges } from '#data/changes.ts';
import type { StatusChange } from '#domain/status-change.ts';
import { env } from './env.ts';
import { logger } from './powertools.ts';

const environment = env('ENVIRONMENT');

/** As many as one PutEvents takes. */
const entriesAtMost = 10;

/** A release waits no longer than this for those who only want to know of it. */
const patienceMs = 3000;

/**
 * Tells EventBridge of changes, then forgets those: each is told at least once, by whoever looks next where this fails.
 * Answers whether all of them were told and forgotten; never rejects.
 */
export async function publishChanges(changes: readonly StatusChange[]): Promise<boolean> {
  if (changes.length === 0) return true;
  const published: StatusChange[] = [];
  try {
    const abortSignal = AbortSignal.timeout(patienceMs);
    for (let at = 0; at < changes.length; at += entriesAtMost) {
      published.push(...(await put(changes.slice(at, at + entriesAtMost), abortSignal)));
    }
  } catch (error) {
    logger.warn('changes not published', { ...about(changes), code: 'changesNotPublished', error: error as Error });
  }
  return (await tryForget(published)) && published.length === changes.length;
}

async function tryForget(published: readonly StatusChange[]): Promise<boolean> {
  try {
    if (published.length > 0) await forgetChanges(published);
    return true;
  } catch (error) {
    logger.warn('changes not forgotten', { ...about(published), code: 'changesNotForgotten', error: error as Error });
    return false;
  }
}

/** Of several deployments, the first. */
function about([first]: readonly StatusChange[]): { deployID?: string | undefined; service?: string | undefined } {
  return { deployID: first?.deployID, service: first?.service };
}

/** Answers those that were taken: each entry of a request fails by itself. */
async function put(changes: readonly StatusChange[], abortSignal: AbortSignal): Promise<readonly StatusChange[]> {
  const Entries = changes.map(change => ({
    Source: 'service-manager',
    DetailType: 'Deployment Status Change',
    Time: new Date(change.time),
    Detail: JSON.stringify({ environment, ...change }),
  }));
  // Loaded when it is first needed: most looks find nothing to publish.
  const { putEvents } = await import('./put-events.ts');
  const answer = await putEvents({ Entries }, abortSignal);
  const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
  if (refused) {
    const { ErrorCode: errorCode, ErrorMessage: detail } = refused;
    const failed = answer.FailedEntryCount;
    logger.warn('changes refused', { ...about(changes), code: 'changesNotPublished', failed, errorCode, detail });
  }
  return changes.filter((_, index) => answer.Entries?.[index]?.EventId !== undefined);
}
