import { setTimeout as sleep } from 'node:timers/promises';
import { type HistoryEvent, paginateGetExecutionHistory, SFNClient } from '@aws-sdk/client-sfn';
import { localPlace } from '../../infra/local/place.ts';
import { machineFullName } from '../../infra/place.ts';
import { type Act, type FakePrometheus, say, startFakePrometheus } from '../support/fake-prometheus.ts';
import { type Bed, withBed } from './bed.ts';
import { type Figure, median } from './figure.ts';
import { instanceID, report, reportAll } from './fleet.ts';

const fleets = [10, 100, 1000];
const patienceMs = 120_000;
/** Two comparisons, which share three queries however many instances there are, and two checks of their own. */
const checks = [
  { metric: 'latency', maxIncrease: '5%' },
  { metric: 'errorRatio', maxIncrease: '50%' },
  { metric: 'errorRatio', max: '5%' },
  { query: 'sum(orders{service=~$service,version=~$version})', min: 0 },
];
const queries = 3 + 2;
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a look at a release takes, by the size of the fleet. */
export async function measureLooks(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of fleets) figures.push(...(await measureFleet(count)));
  return figures;
}

async function measureFleet(count: number): Promise<readonly Figure[]> {
  const prometheus = await startFakePrometheus();
  const service = `service-${count}`;
  prometheus.answer(countFleet(service, count));
  try {
    return await withBed(bed => judge(bed, prometheus, service, count), { prometheusUrl: prometheus.url });
  } finally {
    prometheus.close();
  }
}

async function judge(bed: Bed, prometheus: FakePrometheus, service: string, count: number): Promise<readonly Figure[]> {
  await bed.client('POST', '/services', { name: service });
  await bed.client('POST', '/deployments', { service, version: '1.0.0' });
  await reportAll(bed.client, service, count, 20, () => ['1.0.0']);
  const sfn = new SFNClient({
    endpoint: bed.awsUrl,
    region: localPlace('').region,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  });
  try {
    const { body } = await bed.client('POST', '/deployments', {
      service,
      version: '2.0.0',
      strategy: { type: 'canary', steps: [{ weight: 10, gate: true }, { weight: 100 }] },
      analysis: { interval: 2, initialDelay: 0, count: 8, minSamples: 1, checks },
    });
    const { id } = JSON.parse(body) as { id: string };
    await update(bed, service, count);
    const deadline = Date.now() + patienceMs;
    while ((await readStatus(bed, id)) !== 'paused') {
      if (Date.now() > deadline) throw new Error(`It takes more than ${patienceMs / 1000} s: the machine is too busy.`);
      await sleep(200);
    }
    const { looks, bytes } = await readLooks(bed, id);
    const history = await readHistory(sfn, id);
    const of = `${count} instances`;
    return [
      {
        ...{ name: `Prometheus queries for a look, ${of}`, unit: 'queries', limit: queries },
        value: prometheus.asked.length / looks,
      },
      { name: `history events for a look, ${of}`, value: eventsBetween(history, looks), unit: 'events', limit: 30 },
      { name: `a look, p50, ${of}`, value: median(durations(history)), unit: 'ms' },
      { name: `counts kept for a look, ${of}`, value: bytes, unit: 'bytes' },
    ];
  } finally {
    sfn.destroy();
  }
}

/** Whoever is told the new version by now runs it. */
async function update({ client }: Bed, service: string, count: number): Promise<void> {
  await sleep(1000);
  for (let number = 0; number < count; number += 1) {
    const id = instanceID(service, number);
    const { desiredVersion } = await report(client, service, id, '1.0.0');
    if (desiredVersion === '2.0.0') await report(client, service, id, desiredVersion);
  }
}

async function readStatus({ pool }: Bed, id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ status: string }>('select status from deploy_tasks where id = $1', [id]);
  return rows[0]?.status;
}

/** @throws unless every look had all its answers, and nothing to say against the release */
async function readLooks({ pool }: Bed, id: string): Promise<{ looks: number; bytes: number }> {
  const { rows } = await pool.query<{ verdict: string; reason: string | null }>(
    `select l.verdict, d.reason from deploy_looks l join deploy_tasks d on d.id = l.deploy_id where l.deploy_id = $1`,
    [id],
  );
  const odd = rows.find(({ verdict }) => verdict === 'fail' || verdict === 'providerError');
  if (odd) throw new Error(`A look has the verdict ${odd.verdict}: ${odd.reason}`);
  const { rows: samples } = await pool.query<{ bytes: number }>(
    `select (sum(length(counts)) / count(distinct look))::float as bytes from deploy_samples where deploy_id = $1`,
    [id],
  );
  return { looks: rows.length, bytes: samples[0]?.bytes ?? Number.NaN };
}

async function readHistory(client: SFNClient, id: string): Promise<readonly HistoryEvent[]> {
  const { region, accountID } = localPlace('');
  const machine = machineFullName(localPlace(''), 'rollout');
  const executionArn = `arn:aws:states:${region}:${accountID}:execution:${machine}:${id}-1`;
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory({ client }, { executionArn, maxResults: 1000 });
  for await (const page of pages) events.push(...(page.events ?? []));
  return events;
}

const isEntry = ({ stateEnteredEventDetails }: HistoryEvent) => stateEnteredEventDetails?.name === 'JudgeBatch';
const isExit = ({ stateExitedEventDetails }: HistoryEvent) => stateExitedEventDetails?.name === 'JudgeBatch';

/** From one look to the next, its wait included. */
function eventsBetween(history: readonly HistoryEvent[], looks: number): number {
  const entries = history.filter(isEntry);
  if (entries.length !== looks) throw new Error(`${entries.length} tasks took ${looks} looks.`);
  return ((entries.at(-1)?.id ?? Number.NaN) - (entries[0]?.id ?? Number.NaN)) / (looks - 1);
}

function durations(history: readonly HistoryEvent[]): readonly number[] {
  const exits = history.filter(isExit);
  return history.filter(isEntry).map(({ timestamp }, at) => Number(exits[at]?.timestamp) - Number(timestamp));
}

/** Each instance serves 50 requests a second, the same whatever it runs; two of a thousand fail. */
function countFleet(service: string, count: number): Act {
  return (response, asked) => {
    const { query = '', ...form } = asked.form;
    if (asked.path?.endsWith('query_range') !== true) {
      say(200, { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [0, '0.002'] }] } })(
        response,
        asked,
      );
      return;
    }
    const [start, end, step] = [Number(form['start']), Number(form['end']), Number(form['step'])];
    const times = Array.from({ length: Math.round((end - start) / step) + 1 }, (_, at) => start + at * step);
    const series = (labels: object, share: number, number: number) => ({
      metric: { instance: instanceID(service, number), ...labels },
      values: times.map(time => [time, String(Math.floor((50 + (number % 7)) * share * (time % 1e6)))]),
    });
    const result = Array.from({ length: count }, (_, number) => {
      if (query.includes('_bucket')) {
        const inner = bounds.map((le, at) => series({ le: String(le) }, (at + 1) / (bounds.length + 1), number));
        return [...inner, series({ le: '+Inf' }, 1, number)];
      }
      return [series({}, query.includes('code=') ? 0.002 : 1, number)];
    }).flat();
    say(200, { status: 'success', data: { resultType: 'matrix', result } })(response, asked);
  };
}
