import { hasExecutionsSince } from '#platform/executions.ts';
import { logger } from '#platform/powertools.ts';

/** Who calls: the local runtime as it starts, or EventBridge: by the clock, or because an execution failed. */
export interface ReconcileEvent {
  /** The control plane begins to be up: no silence before this moment counts, and nothing that runs is taken for granted. */
  readonly started?: boolean;
  readonly 'detail-type'?: string;
  readonly time?: string;
}

/** Long enough for a database that was away to be back; for so long what has ended keeps it awake. */
const lookBackMs = 15 * 60_000;

/**
 * Whether nothing can be lying about, as far as Step Functions knows, so that a database that pauses itself is left asleep. Once an
 * hour it is woken all the same, and whenever it is not the clock that calls.
 */
export async function isQuiet(event: ReconcileEvent): Promise<boolean> {
  if (event['detail-type'] !== 'Scheduled Event' || event.time === undefined) return false;
  const time = new Date(event.time);
  if (time.getUTCMinutes() === 0) return false;
  try {
    return !(await hasExecutionsSince(new Date(time.getTime() - lookBackMs)));
  } catch (error) {
    logger.warn('executions not listed', { code: 'executionsNotListed', error: error as Error });
    return false;
  }
}
