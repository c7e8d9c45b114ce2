import { setTimeout as sleep } from 'node:timers/promises';
import { type Bed, withBed } from './bed.ts';
import { type Figure, percentile } from './figure.ts';
import { instanceID, report } from './fleet.ts';
import { time } from './timing.ts';

const service = 'checkout';
const instanceCount = 1000;
const clientCount = 50;
const groupCount = 100;
const alertsInGroup = 10;

/** How long a report takes that tells or finishes an instance, while nothing else goes on, and while a hundred groups of alerts come in at once. */
export function measureStorm(): Promise<Figure[]> {
  return withBed(async bed => {
    await bed.client('POST', '/services', { name: service });
    await bed.client('POST', '/deployments', { service, version: '1.0.0' });
    await drain(bed, ['1.0.0']);
    const calm = await release(bed, '1.1.0', '1.0.0', async () => []);
    const stormy = await release(bed, '1.2.0', '1.1.0', () => storm(bed));
    return [
      { name: 'a report in a release, p50', value: percentile(calm.reports, 0.5), unit: 'ms' },
      { name: 'a report in a release, p99', value: percentile(calm.reports, 0.99), unit: 'ms' },
      { name: '… while 100 groups of 10 alerts come at once, p50', value: percentile(stormy.reports, 0.5), unit: 'ms' },
      {
        name: '… while 100 groups of 10 alerts come at once, p99',
        value: percentile(stormy.reports, 0.99),
        unit: 'ms',
      },
      { name: 'a group of 10 new alerts, of 100 at once, p50', value: percentile(stormy.groups, 0.5), unit: 'ms' },
      { name: 'a group of 10 new alerts, of 100 at once, p99', value: percentile(stormy.groups, 0.99), unit: 'ms' },
    ];
  });
}

/** The milliseconds of each report of a release in one batch, and of each of what went on meanwhile. */
async function release(bed: Bed, version: string, before: string, meanwhile: () => Promise<number[]>) {
  const body = { service, version, strategy: 'allAtOnce', onAlert: 'ignore' };
  const { id } = JSON.parse((await bed.client('POST', '/deployments', body)).body) as { id: string };
  const begun = `select from deploy_batches where deploy_id = $1 and state = 'deploying'`;
  while ((await bed.pool.query(begun, [id])).rowCount === 0) await sleep(20);
  const [reports, groups] = await Promise.all([drain(bed, [before, version]), meanwhile()]);
  const completed = `select from deploy_tasks where id = $1 and status = 'completed'`;
  while ((await bed.pool.query(completed, [id])).rowCount === 0) await sleep(20);
  return { reports, groups };
}

/** Each instance reports each of these; answers how long each report took. */
async function drain({ client }: Bed, versions: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const work = async () => {
    for (let number = next++; number < instanceCount; number = next++) {
      for (const version of versions) {
        times.push(await time(() => report(client, service, instanceID(service, number), version)));
      }
    }
  };
  await Promise.all(Array.from({ length: clientCount }, work));
  return times;
}

function storm({ client }: Bed): Promise<number[]> {
  const startsAt = new Date().toISOString();
  const groups = Array.from({ length: groupCount }, (_, group) =>
    Array.from({ length: alertsInGroup }, (_, at) => ({
      status: 'firing',
      labels: { alertname: `Alert${at}`, service, severity: 'critical' },
      startsAt,
      fingerprint: `${group}-${at}`,
    })),
  );
  return Promise.all(groups.map(alerts => time(() => client('POST', '/alerts', { version: '4', alerts }))));
}
