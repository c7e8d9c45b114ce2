import type { Look } from '../../functions/domain/analysis/look.ts';
import type { Policy } from '../../functions/domain/analysis/policy.ts';
import type { PlannedInstance, Sample } from '../../functions/domain/analysis/trace.ts';
import type { Deployment } from '../cli/deployment.ts';

/** A deployment as the API shows it, as far as a replay looks at it. */
export type JudgedDeployment = Deployment & {
  readonly analysis?: Policy;
  readonly strategy: { readonly onFailure: 'pause' | 'rollback' };
};

/** A look as the API shows it. */
export type TakenLook = Look & { readonly number: number; readonly batch: number; readonly time: string };

export type DeploymentEvent = {
  readonly type: string;
  readonly time: string;
  readonly instance?: string;
  readonly details?: { readonly looks?: number; readonly updateTime?: number };
};

/** What became of a release after a look, before the next one. */
export type Aftermath = {
  /** The bake was over. */
  readonly isOver: boolean;
  /** It was stopped by what the looks had found. */
  readonly stop: 'pause' | 'rollback' | undefined;
  /** A person went on after that stop. */
  readonly wentOn: boolean;
};

export type RecordedLook = TakenLook & { readonly aftermath: Aftermath };

/** One that was seen on the new version, or may have been. */
export type KnownInstance = Pick<PlannedInstance, 'id' | 'updateTime'> & {
  /** RFC 3339; left out: it is in the plan still. */
  readonly leaveTime?: string;
};

/** All that is kept of a release that was judged. */
export type Release = {
  readonly deployment: JudgedDeployment;
  readonly policy: Policy;
  readonly looks: readonly RecordedLook[];
  /** When look 0 of the grid begins, in seconds since the epoch. */
  readonly origin: number;
  readonly samples: readonly Sample[];
  readonly instances: readonly KnownInstance[];
};

/** Puts the looks in their place in the record: what follows each says what was made of it. */
export function addAftermaths(
  looks: readonly TakenLook[],
  events: readonly DeploymentEvent[],
): readonly RecordedLook[] {
  const after: DeploymentEvent[][] = [];
  for (const event of events) {
    if (event.type === 'looked') after.push([]);
    else after.at(-1)?.push(event);
  }
  return looks.map((look, at) => ({ ...look, aftermath: readAftermath(after[at] ?? []) }));
}

/** Instances that have left the plan after they were updated. */
export function findLeavers(events: readonly DeploymentEvent[]): readonly KnownInstance[] {
  return events.flatMap(({ type, time: leaveTime, instance: id, details: { updateTime } = {} }) =>
    type === 'instanceLeft' && id !== undefined && updateTime !== undefined ? [{ id, updateTime, leaveTime }] : [],
  );
}

function readAftermath(events: readonly DeploymentEvent[]): Aftermath {
  const pausedAt = events.findIndex(({ type }) => type === 'pausedOnAnalysis');
  // A rollback that somebody else asked for counts no looks.
  const rolledBack = events.some(({ type, details }) => type === 'rollbackStarted' && details?.looks !== undefined);
  return {
    isOver: events.some(({ type }) => type === 'bakeDone' || type === 'gateReached'),
    stop: pausedAt >= 0 ? 'pause' : rolledBack ? 'rollback' : undefined,
    wentOn: pausedAt >= 0 && events.slice(pausedAt).some(({ type }) => type === 'continued'),
  };
}
