import { randomBytes } from 'node:crypto';
import type { Row, Sql } from './sql.ts';

/** A service with its instances, all running `version`. */
export interface Fleet {
  readonly service: string;
  readonly version: string;
  readonly instances: readonly string[];
}

/** A deployment of `version` to a fleet, planned, its first batch not begun. */
export interface Release {
  readonly deployID: string;
  readonly version: string;
  readonly fleet: Fleet;
}

export const ACTOR = { name: 'tester', role: 'operator' };

const STRATEGY = {
  type: 'allAtOnce',
  batchTimeoutSeconds: 600,
  graceSeconds: 10,
  maxFailures: 1000,
  onFailure: 'rollback',
};

/** How often an instance is asked to report: slowly, so that nothing is ever lost or due in a test. */
const PACE = { rate: 1000, fastSeconds: 5, slowSeconds: 60 };

export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}

/** Stores a service that runs v1, and so many instances of it. */
export async function storeFleet(sql: Sql, size: number, version = 'v1'): Promise<Fleet> {
  const service = uniqueName('service');
  await sql.call('create_service', { name: service, deps: [] });
  await sql.query('update services set current_version = $2 where name = $1', [service, version]);
  const instances = Array.from({ length: size }, (_, index) => `${service}/${String(index).padStart(3, '0')}`);
  await sql.query(
    `insert into service_instances (id, service_id, version, report_after_seconds)
       select instance, (select id from services where name = $1), $2, 60 from unnest($3::text[]) instance`,
    [service, version, instances],
  );
  return { service, version, instances };
}

/** What creating a deployment takes; its id is new each time. */
export function deploymentOf(service: string, version: string, settings: object = {}) {
  return { id: uniqueName('deploy'), service, version, strategy: STRATEGY, force: false, actor: ACTOR, ...settings };
}

export interface ReleaseOptions {
  readonly version?: string;
  /** Sizes of the batches; one batch of all instances otherwise. */
  readonly sizes?: readonly number[];
  readonly bakeSeconds?: number;
  /** What it is judged by. */
  readonly analysis?: object;
}

/** Creates a deployment of v2, and its plan. */
export async function startRelease(sql: Sql, fleet: Fleet, options: ReleaseOptions = {}): Promise<Release> {
  const { version = 'v2', sizes = [fleet.instances.length], bakeSeconds = 0, analysis } = options;
  const asked = deploymentOf(fleet.service, version, analysis && { analysis });
  refuseNone(await sql.call('create_deployment', asked));
  const batches = sizes.map(size => ({ size, bakeSeconds, gate: false }));
  refuseNone(await sql.call('plan_deployment', { ...(await decidedOf(sql, asked.id)), batches }));
  return { deployID: asked.id, version, fleet };
}

/** A release whose first batch has begun, waited for with the token `first`. */
export async function startBatch(sql: Sql, fleet: Fleet, options: ReleaseOptions = {}): Promise<Release> {
  const release = await startRelease(sql, fleet, options);
  await sql.call('begin_batch', await waitingOf(sql, release.deployID, 'first', new Date(0)));
  return release;
}

/** One whose first batch has been told, too. */
export async function startTold(sql: Sql, fleet: Fleet, options: ReleaseOptions = {}): Promise<Release> {
  const release = await startBatch(sql, fleet, options);
  const first = fleet.instances.slice(0, options.sizes?.[0]);
  await race(first.map(id => () => report(sql, fleet, id)));
  return release;
}

export interface ReportBody {
  readonly version?: string;
  readonly health?: 'normal' | 'warning' | 'error';
  readonly outcome?: 'failed';
  readonly deployID?: string;
  readonly sequence?: number;
}

/** An instance's report; of the fleet's own version unless the body says otherwise. */
export function report(sql: Sql, fleet: Fleet, id: string, body: ReportBody = {}): Promise<Row[]> {
  return sql.call('report_instance', { service: fleet.service, id, version: fleet.version, ...PACE, ...body });
}

/** Which facts a decision is made from. */
export async function decidedOf(sql: Sql, deployID: string) {
  const [row] = await sql.query<{ generation: number; revision: number }>(
    'select generation, revision::integer from deploy_tasks where id = $1',
    [deployID],
  );
  if (!row) throw new Error(`there is no deployment ${deployID}`);
  return { deployID, generation: row.generation, revision: row.revision };
}

/** What a task gives that waits now. */
export async function waitingOf(sql: Sql, deployID: string, token: string, entered: Date, retry = 0) {
  const { generation, revision } = await decidedOf(sql, deployID);
  return { deployID, generation, step: revision, token, entered: entered.toISOString(), retry };
}

export function command(sql: Sql, name: 'pause' | 'continue' | 'rollback', deployID: string, operationID?: string) {
  return sql.call(`${name}_deployment`, {
    deployID,
    actor: ACTOR,
    operationID: operationID ?? uniqueName('operation'),
  });
}

/** Begins all at once and waits for all. @throws the first error of any, once all have ended. */
export async function race<T>(contenders: readonly (() => Promise<T>)[]): Promise<T[]> {
  const ends = await Promise.allSettled(contenders.map(contender => contender()));
  return ends.map(end => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** One contender, so many times. */
export function times<T>(count: number, contender: (index: number) => Promise<T>): (() => Promise<T>)[] {
  return Array.from({ length: count }, (_, index) => () => contender(index));
}

/** The same elements in a random order. */
export function shuffle<T>(elements: readonly T[]): T[] {
  return elements
    .map(element => ({ element, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ element }) => element);
}

/** The tokens that answers hold, each as often as it was answered. */
export function tokensOf(answers: readonly (readonly Row[])[]): string[] {
  return answers.flat().flatMap(row => ((row['signals'] ?? []) as { token: string }[]).map(({ token }) => token));
}

/** The refusals among answers. */
export function refusalsOf(answers: readonly (readonly Row[])[]): Row[] {
  return answers.flat().filter(({ row }) => row === 'refused');
}

function refuseNone(rows: readonly Row[]): void {
  const [refusal] = refusalsOf([rows]);
  if (refusal) throw new Error(`refused: ${JSON.stringify(refusal)}`);
}

/** Round after round, for what shows itself only sometimes. */
export async function repeat(rounds: number, round: (index: number) => Promise<void>): Promise<void> {
  for (let index = 0; index < rounds; index += 1) await round(index);
}
