import { prune } from '#data/reconciler.ts';
import { env } from '#platform/env.ts';
import { logger } from '#platform/powertools.ts';

/** By kind, for how many days it is kept. */
const retentionDays = JSON.parse(env('RETENTION_DAYS')) as Readonly<Record<string, number>>;

/** Enough for thousands of steps an hour, and over before the function's time is. */
const lastsMs = 15_000;

/** Removes what has been kept long enough, in small steps. Nothing waits for it: what fails is left to the next time. */
export async function pruneSome(): Promise<void> {
  const end = Date.now() + lastsMs;
  try {
    let isMore = true;
    while (isMore && Date.now() < end) {
      const { more, removed } = await prune(retentionDays);
      if (Object.values(removed).some(count => count > 0)) logger.info('pruned', { code: 'pruned', ...removed });
      isMore = more;
    }
  } catch (error) {
    logger.warn('not pruned', { code: 'notPruned', error: error as Error });
  }
}
