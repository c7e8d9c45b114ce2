import type { Tally } from '#domain/analysis/tally.ts';
import type { Hold } from '#domain/decide-rollout.ts';
import type { Facts } from '#domain/facts.ts';
import type { PlannedBatch } from '#domain/plan.ts';
import type { StatusChange } from '#domain/status-change.ts';
import type { DeploymentStatus } from '#domain/statuses.ts';
import { callFunction, type FunctionRow, query } from '#platform/database.ts';

/** The token of a wait that has ended in the database: still to be sent, so that its task goes on. */
export interface EndedWait {
  readonly deployID: string;
  readonly number: number;
  readonly token: string;
}

/** Which decision is to be written: void, and without effect, when the facts it was made from have changed. */
export interface Decided {
  readonly deployID: string;
  readonly generation: number;
  readonly revision: number;
}

/** What a waiting task stores its token under. `step` is the revision that the decision to wait was made from. */
export interface Waiting {
  readonly deployID: string;
  readonly generation: number;
  readonly step: number;
  readonly token: string;
  /** When its state was entered (RFC 3339) and how often it was retried: a later pair replaces an earlier one's token. */
  readonly entered: string;
  readonly retry: number;
}

/** The facts of a deployment, and what is still to be published of it. */
export interface StoredFacts extends Facts {
  readonly unpublished: readonly StatusChange[];
}

/** The facts after a change (undefined: the deployment is gone), and the waits of others that it ended. */
export interface Changed {
  readonly facts: StoredFacts | undefined;
  readonly signals: readonly EndedWait[];
}

/** undefined: there is no such deployment. */
export async function readFacts(deployID: string): Promise<StoredFacts | undefined> {
  const [facts] = await query<StoredFacts>('select deployment_facts(:deployID)', { deployID });
  return facts;
}

export const startDeployment = (decided: Decided) => change('start_deployment', decided);
export const finishBatch = (decided: Decided & { batch: number }) => change('finish_batch', decided);
export const finishBake = (decided: Decided & { batch: number }) => change('finish_bake', decided);
export const finishUndo = (decided: Decided & { batch: number }) => change('finish_undo', decided);
export const failOverdue = (decided: Decided) => change('fail_overdue', decided);
export const holdDeployment = (
  decided: Decided & {
    kind: Hold;
    batch: number;
    reason: string;
    details: object | undefined;
    acceptedTally: Tally | undefined;
  },
) => change('hold_deployment', decided);
export const completeDeployment = (decided: Decided & { reason: string }) => change('complete_deployment', decided);
export const finishRollback = (decided: Decided & { reason: string | null }) => change('finish_rollback', decided);

async function change(name: string, decided: Decided): Promise<Changed> {
  const rows = await callFunction(name, decided);
  const facts = rows.find(({ row }) => row === 'facts');
  return { facts: facts as unknown as StoredFacts | undefined, signals: signalsOf(rows) };
}

/** Turns the fleet into batches, once. */
export function planDeployment(decided: Decided & { batches: readonly PlannedBatch[] }): Promise<FunctionRow[]> {
  return callFunction('plan_deployment', decided);
}

/** A verdict: the deployment is to be rolled back. Answers the generation of the rollback; undefined: its facts no longer stood. */
export async function rollBackByVerdict(
  decided: Decided & { reason: string; details: object | undefined },
): Promise<{ generation: number | undefined; signals: readonly EndedWait[] }> {
  const rows = await callFunction('rollback_deployment', decided);
  const started = rows.find(({ row }) => row === 'started');
  return { generation: started?.['generation'] as number | undefined, signals: signalsOf(rows) };
}

/** Each begins to wait, and answers whether what it would wait for has happened already. */
export const beginBatch = (waiting: Waiting) => wait('begin_batch', waiting);
export const waitForBake = (waiting: Waiting) => wait('wait_for_bake', waiting);
export const waitForPerson = (waiting: Waiting) => wait('wait_for_person', waiting);
export const waitForSchedule = (waiting: Waiting) => wait('wait_for_schedule', waiting);
export const beginUndo = (waiting: Waiting) => wait('begin_undo', waiting);

async function wait(name: string, waiting: Waiting): Promise<{ over: boolean }> {
  const [row] = await callFunction(name, waiting);
  return { over: row?.['over'] === true };
}

export interface Generation {
  readonly generation: number;
  readonly status: DeploymentStatus;
  /** How many executions in a row ended by a fault of the machinery. */
  readonly faults: number;
}

/** Makes the next execution the living one, unless another has done so; answers which one lives. undefined: the deployment is gone. */
export async function nextGeneration(args: {
  deployID: string;
  generation: number;
  fault?: string;
}): Promise<Generation | undefined> {
  const [row] = await callFunction('next_generation', args, 'harmless');
  return row?.['generation'] === null ? undefined : (row as unknown as Generation);
}

export interface OpenDeployment {
  readonly deployID: string;
  readonly generation: number;
  readonly status: DeploymentStatus;
}

/** Forgets tokens that were sent; a newer one that took a sent one's place meanwhile stays. */
export async function clearTokens(signals: readonly EndedWait[]): Promise<void> {
  await callFunction('clear_token', { signals }, 'harmless');
}

/** The ended waits that a function's rows name. */
export function signalsOf(rows: readonly FunctionRow[]): readonly EndedWait[] {
  return rows.flatMap(row => (row.row === 'signals' ? (row['signals'] as EndedWait[]) : []));
}
