import type { DeploymentStatus } from './statuses.ts';

/** How far a deployment is. Seconds are on its own clock, which stands still while it is paused. */
export interface Pace {
  readonly status: DeploymentStatus;
  readonly finishTime?: string;
  /** Batches that have not ended. */
  readonly batchesLeft: number;
  /** The watching time after those. */
  readonly bakeSecondsLeft: number;
  /** How long those that have ended took on average, without their bakes; left out before the first has. */
  readonly batchSeconds?: number;
}

/** What a batch is taken to need before one has shown it. */
const guessedBatchSeconds = 60;

/** When a deployment will be complete, or was; undefined where nobody can tell: it is paused, or goes another way. */
export function estimateCompletion(pace: Pace, now: Date): Date | undefined {
  switch (pace.status) {
    case 'completed':
      return pace.finishTime === undefined ? undefined : new Date(pace.finishTime);
    case 'deploying': {
      const seconds = pace.batchesLeft * (pace.batchSeconds ?? guessedBatchSeconds) + pace.bakeSecondsLeft;
      return new Date(now.getTime() + seconds * 1000);
    }
    case 'scheduled':
    case 'paused':
    case 'rollingBack':
    case 'rolledBack':
    case 'failed':
      return undefined;
  }
}
