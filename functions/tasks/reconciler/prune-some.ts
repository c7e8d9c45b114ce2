import { prune } from '#data/reconciler.ts';
import { env } from '#platform/env.ts';
import { logger } from '#platform/powertools.ts';

/** By kind, for how many days it is kept. */
const retentionDays = JSON.parse(env('RETENTION_DAYS')) as Readonly<Record<string, number>>;

/** Enough for millions of rows a day, and soon over. */
const stepsAtMost = 10;

/** Removes what has been kept long enough, in small steps. Nothing waits for it: what fails is left to the next time. */
export async function pruneSome(): Promise<void> {
  try {
    for (let step = 0; step < stepsAtMost; step += 1) {
      const { more, ...removed } = await prune(retentionDays);
      if (Object.values(removed).some(count => Number(count) > 0))
        logger.info('pruned', { code: 'pruned', ...removed });
      if (!more) return;
    }
  } catch (error) {
    logger.warn('not pruned', { code: 'notPruned', error: error as Error });
  }
}
