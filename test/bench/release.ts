import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { localPlace } from '../../infra/local/place.ts';
import { machineFullName } from '../../infra/place.ts';
import { type Agents, startAgents } from './agents.ts';
import { type Bed, withBed } from './bed.ts';
import { type Figure, percentile } from './figure.ts';
import { reportAll } from './fleet.ts';

const service = 'checkout';
const instanceCount = 1000;
const batchCount = 10;
const releases = 2;
const patienceMs = 120_000;

/** What a release of 1,000 instances in 10 batches takes, with agents that do at once what they are told. */
export function measureRelease(): Promise<Figure[]> {
  return withBed(async bed => {
    await prepareFleet(bed);
    const agents = startAgents(bed.client, service, instanceCount, '1.0.0');
    const sfn = createSfn(bed);
    try {
      await waitUntil(agents, async () => agents.reports() >= 2 * instanceCount);
      const runs: Run[] = [];
      for (let round = 1; round <= releases; round += 1) runs.push(await release(bed, agents, sfn, `1.${round}.0`));
      const gaps = runs.flatMap(run => run.gaps);
      const batches = releases * batchCount;
      const calls = runs.reduce((sum, run) => sum + run.calls, 0) / batches;
      const events = runs.reduce((sum, run) => sum + run.events, 0) / batches;
      const { peakBytes } = await bed.count();
      return [
        {
          name: 'last report of a batch → first told in the next, p50',
          value: percentile(gaps, 0.5),
          unit: 'ms',
          limit: 50,
        },
        { name: 'last report of a batch → first told in the next, p99', value: percentile(gaps, 0.99), unit: 'ms' },
        { name: 'Data API calls for a batch, besides one for each report', value: calls, unit: 'calls' },
        { name: 'history events for a batch', value: events, unit: 'events', limit: 20 },
        { name: 'peak memory of the runtime, 1,000 instances', value: peakBytes / 1_000_000, unit: 'MB' },
      ];
    } finally {
      sfn.destroy();
      await agents.stop();
    }
  });
}

async function prepareFleet({ client, pool }: Bed): Promise<void> {
  await client('POST', '/services', { name: service });
  await client('POST', '/deployments', { service, version: '1.0.0' });
  await reportAll(client, service, instanceCount, 20, () => ['1.0.0']);
  // As autovacuum does within a minute: how often instances are to report goes by how many there are.
  await pool.query('vacuum analyze service_instances');
}

function createSfn({ awsUrl }: Bed): SFNClient {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  return new SFNClient({ endpoint: awsUrl, region: localPlace('').region, credentials });
}

interface Run {
  /** Milliseconds from one batch to the next, for each but the last. */
  readonly gaps: readonly number[];
  readonly calls: number;
  readonly events: number;
}

async function release(bed: Bed, agents: Agents, sfn: SFNClient, version: string): Promise<Run> {
  const before = await bed.count();
  const reportsBefore = agents.reports();
  const strategy = { type: 'rolling', batchSize: instanceCount / batchCount };
  const { body } = await bed.client('POST', '/deployments', { service, version, strategy });
  const { id } = JSON.parse(body) as { id: string };
  await waitUntil(agents, async () => (await readDeployment(bed, id)).status === 'completed');
  const { total } = await readDeployment(bed, id);
  if (total !== instanceCount) throw new Error(`${total} instances were released: the others count as lost.`);
  const after = await bed.count();
  return {
    gaps: await readGaps(bed, id, agents.times(version)),
    calls:
      after.tasks.calls +
      after.endpoints.calls -
      before.tasks.calls -
      before.endpoints.calls -
      (agents.reports() - reportsBefore),
    events: await countEvents(sfn, id),
  };
}

/** @throws when an agent failed meanwhile, or it takes too long */
async function waitUntil(agents: Agents, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await holds()); await sleep(200)) {
    agents.check();
    if (Date.now() > deadline) throw new Error(`It takes more than ${patienceMs / 1000} s: the machine is too busy.`);
  }
}

async function readDeployment({ pool }: Bed, id: string): Promise<{ status?: string; total?: number }> {
  const { rows } = await pool.query<{ status: string; total: number }>(
    'select status, total from deploy_tasks where id = $1',
    [id],
  );
  return rows[0] ?? {};
}

async function readGaps(
  { pool }: Bed,
  id: string,
  times: ReadonlyMap<string, { told: number; done: number }>,
): Promise<number[]> {
  const { rows } = await pool.query<{ instance: string; batch: number }>(
    'select instance_id as instance, batch from deploy_instances where deploy_id = $1',
    [id],
  );
  const of = (batch: number) => rows.flatMap(row => (row.batch === batch ? (times.get(row.instance) ?? []) : []));
  return Array.from({ length: batchCount - 1 }, (_, batch) => {
    const lastDone = Math.max(...of(batch).map(({ done }) => done));
    const firstTold = Math.min(...of(batch + 1).map(({ told }) => told));
    return firstTold - lastDone;
  });
}

/** Of its only execution, unless it was continued in others. */
async function countEvents(sfn: SFNClient, id: string): Promise<number> {
  const place = localPlace('');
  const executionArn = `arn:aws:states:${place.region}:${place.accountID}:execution:${machineFullName(place, 'rollout')}:${id}-1`;
  const { events } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
  );
  return events?.[0]?.id ?? Number.NaN;
}
