import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { localPlace } from '../../infra/local/place.ts';
import { machineFullName } from '../../infra/place.ts';
import { type FakePrometheus, startFakePrometheus } from '../support/fake-prometheus.ts';
import { type Bed, withBed } from './bed.ts';
import { type Figure, median, percentile } from './figure.ts';
import { instanceID, report, reportAll } from './fleet.ts';
import { countInstances } from './looks/counting.ts';

const fleets = [10, 100, 500];
const measured = 12;
const patienceMs = 180_000;
const [oldVersion, newVersion] = ['1.0.0', '1.1.0'];
const place = localPlace('');

/** Two comparisons, which rest on the counts alone, and one check that is asked by itself. */
const checks = [
  { metric: 'latency', maxIncrease: '5%' },
  { metric: 'errorRatio', maxIncrease: '50%' },
  { metric: 'errorRatio', max: '5%' },
];

/** Of states that a look goes through, as Step Functions counts them: none of it depends on how many instances there are. */
const eventsOfLook = 25;

/**
 * What a look costs at a release half of whose instances are updated, one look each second: in queries of Prometheus, in calls of the Data
 * API, in events of the execution's history, and in time from when Step Functions calls the judge to its answer.
 */
export async function measureLooks(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const instances of fleets) {
    const prometheus = await startFakePrometheus();
    try {
      figures.push(
        ...(await withBed(bed => measureFleet(bed, prometheus, instances), { prometheusUrl: prometheus.url })),
      );
    } finally {
      prometheus.close();
    }
  }
  return figures;
}

async function measureFleet(bed: Bed, prometheus: FakePrometheus, instances: number): Promise<Figure[]> {
  const service = `checkout-${instances}`;
  await bed.client('POST', '/services', { name: service });
  await bed.client('POST', '/deployments', { service, version: oldVersion });
  await reportAll(bed.client, service, instances, 4, () => [oldVersion]);
  const ids = Array.from({ length: instances }, (_, number) => instanceID(service, number));
  const updated = new Map<string, number>();
  prometheus.answer(countInstances(ids, oldVersion, newVersion, updated));
  const id = await release(bed, service);
  while (updated.size < instances / 2) for (const instance of ids) await update(bed, service, instance, updated);
  // The first look reads the past as well.
  await taken(bed, id, 2);
  const before = { asked: prometheus.asked.length, ...(await state(bed, id)) };
  await taken(bed, id, before.looks + measured);
  const after = { asked: prometheus.asked.length, ...(await state(bed, id)) };
  // Whole numbers: another look may be under way at either moment.
  const looks = after.looks - before.looks;
  const history = await readHistory(bed, id);
  const figure = (name: string, value: number, unit: string, limit?: number): Figure => ({
    ...{ name: `a look at ${instances} instances: ${name}`, value, unit },
    ...(limit !== undefined && { limit }),
  });
  return [
    figure('queries of Prometheus', Math.round((after.asked - before.asked) / looks), 'queries', 5),
    figure('Data API calls of all its tasks', Math.round((after.calls - before.calls) / looks), 'calls', 6),
    figure('events in the history', median(countEvents(history)), 'events', eventsOfLook),
    figure('time to judge, p50', percentile(timesToJudge(history), 0.5), 'ms'),
    figure('time to judge, p99', percentile(timesToJudge(history), 0.99), 'ms'),
  ];
}

/** Those that are told so run the new version, and say so. */
async function update({ client }: Bed, service: string, instance: string, updated: Map<string, number>): Promise<void> {
  if (updated.has(instance)) return;
  const { desiredVersion } = await report(client, service, instance, oldVersion);
  if (desiredVersion !== newVersion) return;
  updated.set(instance, Date.now() / 1000);
  await report(client, service, instance, newVersion);
}

async function release({ client }: Bed, service: string): Promise<string> {
  const { body } = await client('POST', '/deployments', {
    ...{ service, version: newVersion },
    strategy: { type: 'canary', steps: [{ weight: 50, bakeSeconds: '1h' }, { weight: 100 }] },
    analysis: { interval: 1, initialDelay: 0, checks, failureLimit: 1000 },
  });
  return (JSON.parse(body) as { id: string }).id;
}

/** Straight from PostgreSQL, so that looking is not counted. */
async function state({ pool, count }: Bed, id: string): Promise<{ readonly looks: number; readonly calls: number }> {
  const { rows } = await pool.query<{ looks: number }>('select looks from deploy_analyses where deploy_id = $1', [id]);
  return { looks: rows[0]?.looks ?? 0, calls: (await count()).tasks.calls };
}

async function taken(bed: Bed, id: string, looks: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while ((await state(bed, id)).looks < looks) {
    if (Date.now() > deadline) throw new Error(`Not ${looks} looks within ${patienceMs / 1000} s.`);
    await sleep(50);
  }
}

async function readHistory({ awsUrl }: Bed, id: string): Promise<readonly HistoryEvent[]> {
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const sfn = new SFNClient({ endpoint: awsUrl, region: place.region, credentials });
  try {
    const executionArn = `arn:aws:states:${place.region}:${place.accountID}:execution:${machineFullName(place, 'rollout')}:${id}-1`;
    const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events;
  } finally {
    sfn.destroy();
  }
}

/** From one look to the next. */
function countEvents(history: readonly HistoryEvent[]): number[] {
  const begun = history.flatMap(({ stateEnteredEventDetails: entered }, at) =>
    entered?.name === 'JudgeBatch' ? [at] : [],
  );
  return begun.slice(1).map((at, look) => at - (begun[look] ?? 0));
}

function timesToJudge(history: readonly HistoryEvent[]): number[] {
  const times = (name: (event: HistoryEvent) => string | undefined) =>
    history.flatMap(event => (name(event) === 'JudgeBatch' && event.timestamp ? [event.timestamp.getTime()] : []));
  const entered = times(event => event.stateEnteredEventDetails?.name);
  // The first one reads the past as well.
  return times(event => event.stateExitedEventDetails?.name)
    .map((exited, look) => exited - (entered[look] ?? 0))
    .slice(1);
}
