import type { Actor } from '#domain/actor.ts';
import type { Verdict } from '#domain/analysis/look.ts';
import type { Policy } from '#domain/analysis/policy.ts';
import type { Key } from '#domain/cursor.ts';
import type { OnAlert } from '#domain/fired-alert.ts';
import type { PlannedBatch } from '#domain/plan.ts';
import type { DeploymentStatus } from '#domain/statuses.ts';
import type { Strategy } from '#domain/strategy.ts';
import { callFunction, type FunctionRow, type Once, query } from '#platform/database.ts';
import { latestMicros, type Page, readPage } from './page.ts';
import { type EndedWait, signalsOf } from './workflow.ts';

/** A deployment, as `deployment_document` writes it. */
export interface DeploymentRow extends FunctionRow {
  readonly row: 'deployment';
  readonly id: string;
  readonly service: string;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly status: DeploymentStatus;
  readonly generation: number;
  readonly revision: number;
  readonly strategy: Strategy;
  readonly analysis: Policy | null;
  readonly lastLook: LastLook | null;
  readonly onAlert: OnAlert;
  readonly description: string | null;
  readonly reason: string | null;
  readonly forced: boolean;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly createTime: string;
  readonly scheduleTime: string | null;
  readonly startTime: string | null;
  readonly finishTime: string | null;
  readonly waitingFor: { readonly id: string; readonly kind: string; readonly batch: number | null } | null;
}

/** What the last look at it found, and why, where that is told. */
export interface LastLook {
  readonly number: number;
  readonly batch: number;
  readonly time: string;
  readonly verdict: Verdict;
  readonly reason: string | null;
}

/** One of its batches, with its first 50 instances. */
export interface BatchRow extends FunctionRow {
  readonly row: 'batch';
  readonly index: number;
  readonly size: number;
  readonly bakeSeconds: number;
  readonly state: string;
  readonly done: number;
  readonly failed: number;
  readonly instances: readonly string[];
}

export interface StoredDeployment {
  readonly deployment: DeploymentRow;
  readonly batches: readonly BatchRow[];
}

/** undefined: there is no such deployment. */
export async function readDeployment(deployID: string): Promise<StoredDeployment | undefined> {
  return findDeployment(await query<FunctionRow>('select deployment_rows(:deployID)', { deployID }));
}

export async function readStatus(deployID: string): Promise<DeploymentStatus | undefined> {
  const [status] = await query<DeploymentStatus>('select to_jsonb(status) from deploy_tasks where id = :deployID', {
    deployID,
  });
  return status;
}

interface DeploymentsPage {
  readonly service: string | undefined;
  /** undefined: any. */
  readonly statuses: readonly DeploymentStatus[] | undefined;
  readonly limit: number;
  readonly after: Key | undefined;
}

/** Newest first. */
export function listDeployments({ service, statuses, limit, after }: DeploymentsPage): Promise<Page<DeploymentRow>> {
  return readPage<DeploymentRow>({
    limit,
    items: `
      select json_build_array((extract(epoch from d.create_time) * 1000000)::bigint, d.id)::text as key,
          deployment_document(d)::text as item
        from deploy_tasks d
        where (d.create_time, d.id) < (timestamptz 'epoch' + :micros::bigint * interval '1 microsecond', :id)
          ${service === undefined ? '' : 'and d.service = :service'}
          ${statuses === undefined ? '' : `and d.status = any (string_to_array(:statuses, ','))`}
        order by d.create_time desc, d.id desc limit :take`,
    parameters: {
      micros: Number(after?.[0] ?? latestMicros),
      id: String(after?.[1] ?? ''),
      ...(service === undefined ? {} : { service }),
      ...(statuses === undefined ? {} : { statuses: statuses.join(',') }),
    },
  });
}

export interface NewDeployment {
  readonly id: string;
  readonly service: string;
  readonly version: string;
  readonly strategy: Strategy;
  /** null: none; undefined: the service's. */
  readonly analysis: Policy | null | undefined;
  /** What of it takes the place of what the service has, if it has any; undefined: all of it. */
  readonly overrides: Partial<Policy> | undefined;
  readonly onAlert: OnAlert | undefined;
  readonly description: string | undefined;
  /** RFC 3339; undefined: now. */
  readonly scheduleTime: string | undefined;
  readonly force: boolean;
  readonly actor: Actor;
}

/** What was made, which under a known key has another id than was asked for; and, where it starts now, for how many instances. */
export async function createDeployment(
  deployment: NewDeployment,
  once: Once,
): Promise<StoredDeployment & { readonly count: number | undefined }> {
  const rows = await callFunction('create_deployment', deployment, once);
  return { ...requireDeployment(rows), count: countOf(rows) };
}

/** Whether a deployment would be accepted now, and then for how many instances, and what it would be judged by. */
export async function tryDeployment(
  deployment: NewDeployment,
  once: Once,
): Promise<{ readonly count: number; readonly analysis: Policy | null }> {
  const rows = await callFunction('create_deployment', { ...deployment, dryRun: true }, once);
  const analysis = rows.find(({ row }) => row === 'instances')?.['analysis'] as Policy | null;
  return { count: countOf(rows) ?? 0, analysis };
}

/** The batches that a deployment started now would have. */
export async function previewPlan(
  service: string,
  batches: readonly PlannedBatch[],
  once: Once,
): Promise<readonly BatchRow[]> {
  return batchesOf(await callFunction('preview_plan', { service, batches }, once));
}

/** Turns the fleet into batches unless it has changed; then the rollout does it. */
export async function planDeployment(
  { id: deployID, generation, revision }: DeploymentRow,
  batches: readonly PlannedBatch[],
  once: Once,
): Promise<StoredDeployment> {
  return requireDeployment(await callFunction('plan_deployment', { deployID, generation, revision, batches }, once));
}

/** What a person asks of a deployment. `operationID` makes it one thing however often it is sent. */
export interface Command {
  readonly deployID: string;
  readonly actor: Actor;
  readonly operationID: string;
}

export interface Changed extends StoredDeployment {
  /** Waits that the change has ended. */
  readonly signals: readonly EndedWait[];
}

export const pauseDeployment = (command: Command & { reason: string | undefined }, once: Once) =>
  change('pause_deployment', command, once);

export const continueDeployment = (
  command: Command & { reason: string | undefined; waitID: string | undefined },
  once: Once,
) => change('continue_deployment', command, once);

export const updateDeployment = (
  command: Command & {
    version: string | undefined;
    scheduleTime: string | undefined;
    strategy: Strategy | undefined;
    /** null: none. */
    analysis: Policy | null | undefined;
    overrides: Partial<Policy> | undefined;
  },
  once: Once,
) => change('update_deployment', command, once);

async function change(name: string, command: Command, once: Once): Promise<Changed> {
  const rows = await callFunction(name, command, once);
  return { ...requireDeployment(rows), signals: signalsOf(rows) };
}

/** `generation`: of the execution that is to undo it; undefined where this very command was carried out before. */
export async function rollBackDeployment(
  command: Command & { reason: string | undefined },
  once: Once,
): Promise<Changed & { readonly generation: number | undefined }> {
  const rows = await callFunction('rollback_deployment', command, once);
  const started = rows.find(({ row }) => row === 'started');
  return {
    ...requireDeployment(rows),
    signals: signalsOf(rows),
    generation: started?.['generation'] as number | undefined,
  };
}

export async function deleteDeployment(deployID: string, once: Once): Promise<readonly EndedWait[]> {
  return signalsOf(await callFunction('delete_deployment', { deployID }, once));
}

function requireDeployment(rows: readonly FunctionRow[]): StoredDeployment {
  const found = findDeployment(rows);
  if (!found) throw new Error('A change of a deployment answered no deployment.');
  return found;
}

function findDeployment(rows: readonly FunctionRow[]): StoredDeployment | undefined {
  const deployment = rows.find((row): row is DeploymentRow => row.row === 'deployment');
  return deployment && { deployment, batches: batchesOf(rows) };
}

function batchesOf(rows: readonly FunctionRow[]): readonly BatchRow[] {
  return rows.filter((row): row is BatchRow => row.row === 'batch');
}

function countOf(rows: readonly FunctionRow[]): number | undefined {
  return rows.find(({ row }) => row === 'instances')?.['count'] as number | undefined;
}
