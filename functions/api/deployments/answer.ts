import type { BatchRow, DeploymentRow, LastLook, StoredDeployment } from '#data/deployments.ts';

/** A deployment, without its plan, as the API shows it: what has no value is left out. */
export function summarize(row: DeploymentRow) {
  const { id, service, version, status, strategy, createTime, onAlert, total, done, failed, waitingFor } = row;
  return {
    id,
    service,
    version,
    ...withoutNulls({ previousVersion: row.previousVersion }),
    status,
    isPaused: status === 'paused',
    strategy,
    ...withoutNulls({ analysis: row.analysis, lastLook: row.lastLook && withReason(row.lastLook) }),
    onAlert,
    ...(row.forced ? { force: true } : {}),
    createTime,
    ...withoutNulls({
      scheduleTime: row.scheduleTime,
      startTime: row.startTime,
      finishTime: row.finishTime,
      description: row.description,
      reason: row.reason,
      waitingFor: waitingFor && {
        id: waitingFor.id,
        kind: waitingFor.kind,
        ...withoutNulls({ batch: waitingFor.batch }),
      },
    }),
    progress: { total, done, failed, percent: toPercent(done, total, status === 'completed') },
  };
}

/** A deployment with its plan, which holds no times: the same fleet shows the same plan. */
export function show({ deployment, batches }: StoredDeployment) {
  return { ...summarize(deployment), plan: showPlan(batches) };
}

export function showPlan(batches: readonly BatchRow[]) {
  return {
    batches: batches.map(({ index, size, bakeSeconds, state, done, failed, instances }) => ({
      index,
      size,
      bakeSeconds,
      state,
      done,
      failed,
      instances,
    })),
  };
}

function withReason({ reason, ...look }: LastLook) {
  return { ...look, ...withoutNulls({ reason }) };
}

/** Rounded down, so that 100 is the end. */
function toPercent(done: number, total: number, isComplete: boolean): number {
  if (isComplete) return 100;
  return total === 0 ? 0 : Math.floor((done * 100) / total);
}

type NotNull<T> = { [K in keyof T]?: NonNullable<T[K]> };

function withoutNulls<T extends object>(members: T): NotNull<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)) as NotNull<T>;
}
