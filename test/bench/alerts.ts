import { setTimeout as sleep } from 'node:timers/promises';
import { type Agents, startAgents } from './agents.ts';
import { type Bed, withBed } from './bed.ts';
import { type Figure, percentile } from './figure.ts';
import { reportAll } from './fleet.ts';
import { measureStorm } from './storm.ts';

const service = 'checkout';
const instanceCount = 100;
const rounds = 12;
const patienceMs = 60_000;
const oldVersion = '1.0.0';

/** Half of the fleet is updated, by one batch or by two, when the alert comes. */
const oneBatch = [{ weight: 50, bakeSeconds: '1h' }];
const twoBatches = [{ weight: 25 }, { weight: 50, bakeSeconds: '1h' }];

/**
 * What an alert's POST does to a release of 100 instances, 50 of which are updated: how soon it is held, and how soon each is told its
 * old version again. Instances report as often as they are told to, here every second.
 */
export async function measureAlerts(): Promise<Figure[]> {
  const acts = await withBed(async bed => {
    await prepareFleet(bed);
    const agents = startAgents(bed.client, service, instanceCount, oldVersion);
    try {
      await until(agents, async () => agents.reports() >= 2 * instanceCount);
      const backs = await repeat(round => fire(bed, agents, `1.${round}.0`, 'rollback', oneBatch));
      const slowerBacks = await repeat(round => fire(bed, agents, `2.${round}.0`, 'rollback', twoBatches));
      const holds = await repeat(round => fire(bed, agents, `3.${round}.0`, 'pause', oneBatch));
      return [
        ...figuresOf(
          'an alert’s POST → the last of 50 told its old version',
          backs.map(({ told }) => told),
        ),
        ...figuresOf(
          '… of 50 in two batches, one after the other',
          slowerBacks.map(({ told }) => told),
        ),
        ...figuresOf(
          'an alert’s POST → rollingBack',
          [...backs, ...slowerBacks].map(({ acted }) => acted),
        ),
        ...figuresOf(
          'an alert’s POST → paused',
          holds.map(({ acted }) => acted),
        ),
      ];
    } finally {
      await agents.stop();
    }
  });
  return [...acts, ...(await measureStorm())];
}

function figuresOf(name: string, values: readonly number[]): readonly Figure[] {
  return [
    { name: `${name}, p50`, value: percentile(values, 0.5), unit: 'ms' },
    { name: `${name}, p99`, value: percentile(values, 0.99), unit: 'ms' },
  ];
}

async function prepareFleet({ client, pool }: Bed): Promise<void> {
  await client('POST', '/services', { name: service });
  await client('POST', '/deployments', { service, version: oldVersion });
  await reportAll(client, service, instanceCount, 20, () => [oldVersion]);
  await pool.query('vacuum analyze service_instances');
}

async function repeat<T>(run: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 1; round <= rounds; round += 1) results.push(await run(round));
  return results;
}

/** Milliseconds from the alert's POST until the release acted, and until the last touched instance was told its old version. */
interface Acted {
  readonly acted: number;
  readonly told: number;
}

async function fire(bed: Bed, agents: Agents, version: string, onAlert: string, steps: object[]): Promise<Acted> {
  const body = { service, version, onAlert, strategy: { type: 'canary', steps } };
  const { id } = JSON.parse((await bed.client('POST', '/deployments', body)).body) as { id: string };
  const isBaking = `select from deploy_batches where deploy_id = $1 and state = 'baking' and index = $2`;
  await until(agents, async () => (await bed.pool.query(isBaking, [id, steps.length - 1])).rowCount === 1);
  // At any moment between two reports.
  await sleep(Math.random() * 1000);

  const begin = { wall: Date.now(), steady: performance.now() };
  const labels = { alertname: 'HighErrors', service, severity: 'critical' };
  const alert = { status: 'firing', labels, startsAt: new Date().toISOString(), fingerprint: version };
  await bed.client('POST', '/alerts', { version: '4', alerts: [alert] });

  const acted = await readTime(bed, agents, id, onAlert === 'rollback' ? 'rollbackStarted' : 'pausedOnAlert');
  if (onAlert === 'pause') await bed.client('POST', `/deployments/${id}/rollback`);
  await readTime(bed, agents, id, 'rolledBack');
  const times = [...agents.times(oldVersion).values()].map(({ told }) => told - begin.steady).filter(told => told > 0);
  if (times.length !== instanceCount / 2) throw new Error(`${times.length} instances were told their old version.`);
  return { acted: acted - begin.wall, told: Math.max(...times) };
}

/** When an event of a deployment was written, in milliseconds since the epoch. */
async function readTime({ pool }: Bed, agents: Agents, id: string, type: string): Promise<number> {
  const query = 'select extract(epoch from time) * 1000 as ms from deploy_events where deploy_id = $1 and type = $2';
  let ms = Number.NaN;
  await until(agents, async () => {
    const { rows } = await pool.query<{ ms: string }>(query, [id, type]);
    ms = Number(rows[0]?.ms);
    return rows.length > 0;
  });
  return ms;
}

/** @throws when an agent failed meanwhile, or it takes too long */
async function until(agents: Agents, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await holds()); await sleep(50)) {
    agents.check();
    if (Date.now() > deadline) throw new Error(`It takes more than ${patienceMs / 1000} s: the machine is too busy.`);
  }
}
