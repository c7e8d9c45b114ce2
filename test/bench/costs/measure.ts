import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { localPlace } from '../../../infra/local/place.ts';
import { machineFullName } from '../../../infra/place.ts';
import { functionName } from '../../../infra/wiring.ts';
import { startAgents } from '../agents.ts';
import { type Bed, withBed } from '../bed.ts';
import { reportAll } from '../fleet.ts';
import type { Counts, Work } from '../server.ts';

const service = 'checkout';
const place = localPlace('');
export const instances = 100;
export const batches = 4;
const reconciles = 20;

/** What the product used of each thing that AWS counts. */
export interface Usage {
  readonly endpoints: Work;
  readonly tasks: Work;
  readonly transitions: number;
  readonly publications: number;
  readonly logBytes: number;
}

export interface Usages {
  /** One release of 100 instances in four batches, its reports left out. */
  readonly release: Usage;
  /** One report that changes nothing, and one run of the reconciler. */
  readonly report: Usage;
  readonly reconcile: Usage;
  /** What it all takes up on disk. */
  readonly databaseBytes: number;
}

/** Measures on this machine: calls and transitions are what they are in AWS, milliseconds are not. */
export function measureUsages(): Promise<Usages> {
  return withBed(
    async bed => {
      await bed.client('POST', '/services', { name: service });
      await bed.client('POST', '/deployments', { service, version: '1.0.0' });
      await reportAll(bed.client, service, instances, 10, () => ['1.0.0']);
      const report = divide(
        await use(bed, () => reportAll(bed.client, service, instances, 1, () => ['1.0.0'])),
        instances,
      );
      const reconcile = divide(
        await use(bed, async () => {
          for (let run = 0; run < reconciles; run += 1) await invokeReconciler(bed);
        }),
        reconciles,
      );
      const release = await measureRelease(bed, report);
      const { rows } = await bed.pool.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
      return { release, report, reconcile, databaseBytes: Number(rows[0]?.bytes) };
    },
    { logLevel: 'INFO' },
  );
}

async function measureRelease(bed: Bed, report: Usage): Promise<Usage> {
  const agents = startAgents(bed.client, service, instances, '1.0.0');
  const sfn = new SFNClient({
    endpoint: bed.awsUrl,
    region: place.region,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  try {
    let id = '';
    const before = agents.reports();
    const usage = await use(bed, async () => {
      const strategy = { type: 'rolling', batchSize: instances / batches };
      const { body } = await bed.client('POST', '/deployments', { service, version: '1.1.0', strategy });
      id = (JSON.parse(body) as { id: string }).id;
      while (!(await isCompleted(bed, id))) await sleep(100);
    });
    const reports = agents.reports() - before;
    return {
      ...usage,
      endpoints: subtract(usage.endpoints, report.endpoints, reports),
      transitions: await countTransitions(sfn, id),
    };
  } finally {
    sfn.destroy();
    await agents.stop();
  }
}

/** Straight from PostgreSQL, so that looking is not counted. */
async function isCompleted({ pool }: Bed, id: string): Promise<boolean> {
  const { rows } = await pool.query<{ status: string }>('select status from deploy_tasks where id = $1', [id]);
  return rows[0]?.status === 'completed';
}

async function invokeReconciler({ awsUrl }: Bed): Promise<void> {
  const url = `${awsUrl}/2015-03-31/functions/${functionName(place, 'Reconcile')}/invocations`;
  const answer = await fetch(url, { method: 'POST', body: '{}' });
  if (answer.headers.has('x-amz-function-error')) throw new Error(`The reconciler failed: ${await answer.text()}`);
}

async function countTransitions(sfn: SFNClient, id: string): Promise<number> {
  const executionArn = `arn:aws:states:${place.region}:${place.accountID}:execution:${machineFullName(place, 'rollout')}:${id}-1`;
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails).length;
}

async function use(bed: Bed, act: () => Promise<unknown>): Promise<Usage> {
  const before = await bed.count();
  await act();
  // What was done last is counted once it is answered.
  await sleep(300);
  return difference(await bed.count(), before);
}

function difference(after: Counts, before: Counts): Usage {
  return {
    endpoints: subtract(after.endpoints, before.endpoints),
    tasks: subtract(after.tasks, before.tasks),
    transitions: 0,
    publications: after.publications - before.publications,
    logBytes: after.logBytes - before.logBytes,
  };
}

function subtract(from: Work, work: Work, times = 1): Work {
  return {
    invocations: from.invocations - times * work.invocations,
    ms: Math.max(0, from.ms - times * work.ms),
    calls: from.calls - times * work.calls,
  };
}

function divide({ endpoints, tasks, ...usage }: Usage, by: number): Usage {
  const share = ({ invocations, ms, calls }: Work) => ({
    invocations: invocations / by,
    ms: ms / by,
    calls: calls / by,
  });
  return {
    endpoints: share(endpoints),
    tasks: share(tasks),
    transitions: usage.transitions / by,
    publications: usage.publications / by,
    logBytes: usage.logBytes / by,
  };
}
