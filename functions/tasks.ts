import type { Need } from './needs.ts';

/**
 * The Lambdas that state machines and schedules call, as data: each has the name of its state. Nothing here imports a
 * handler, so that whoever reads the table loads none.
 */

export interface TaskDefinition {
  /** The machine whose state it is; null: a schedule calls it. */
  readonly machine: 'rollout' | 'rollback' | null;
  /** Relative to this file. */
  readonly file: string;
  readonly needs: readonly Need[];
  /** Where it needs more than others do. */
  readonly memoryMB?: number;
}

export const tasks = {
  ChooseNext: {
    machine: 'rollout',
    file: './tasks/rollout/ChooseNext.ts',
    needs: ['database', 'workflows', 'events', 'historySettings'],
  },
  DeployBatch: { machine: 'rollout', file: './tasks/rollout/DeployBatch.ts', needs: ['database', 'workflows'] },
  BakeBatch: { machine: 'rollout', file: './tasks/rollout/BakeBatch.ts', needs: ['database', 'workflows'] },
  JudgeBatch: {
    machine: 'rollout',
    file: './tasks/rollout/JudgeBatch.ts',
    needs: ['database', 'metricSettings', 'prometheus'],
    // It holds all counts of a release; so much comes with a whole processor, to judge them by.
    memoryMB: 1769,
  },
  AwaitContinue: { machine: 'rollout', file: './tasks/rollout/AwaitContinue.ts', needs: ['database', 'workflows'] },
  AwaitSchedule: { machine: 'rollout', file: './tasks/rollout/AwaitSchedule.ts', needs: ['database', 'workflows'] },
  ChooseUndo: {
    machine: 'rollback',
    file: './tasks/rollback/ChooseUndo.ts',
    needs: ['database', 'workflows', 'events', 'historySettings'],
  },
  UndoBatch: { machine: 'rollback', file: './tasks/rollback/UndoBatch.ts', needs: ['database', 'workflows'] },
  Reconcile: {
    machine: null,
    file: './tasks/reconciler/Reconcile.ts',
    needs: ['database', 'workflows', 'executions', 'events', 'retentionSettings', 'pauseSettings'],
  },
} as const satisfies Record<string, TaskDefinition>;

export type TaskName = keyof typeof tasks;
