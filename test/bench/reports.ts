import { setTimeout as sleep } from 'node:timers/promises';
import { type Bed, withBed } from './bed.ts';
import type { Figure } from './figure.ts';
import { reportAll } from './fleet.ts';
import { measureUpdates } from './updates.ts';

const service = 'checkout';
const instanceCount = 1000;
const clientCount = 100;

/**
 * How many reports a second 100 clients get answered while a batch of 1,000 drains, as a share of what
 * pgbench's update of one row (its `simple-update`) does for 100 clients on the same server. Each instance reports twice: it is told, and it has done what it was told.
 */
export function measureReports(): Promise<Figure[]> {
  return withBed(async bed => {
    const rounds = [await drainBatch(bed, 1), await drainBatch(bed, 2), await drainBatch(bed, 3)];
    const updates = await measureUpdates(bed.databaseUrl, clientCount);
    const reports = Math.max(...rounds);
    return [
      { name: 'reports a second, 100 clients, a batch of 1,000 draining', value: reports, unit: '/s' },
      { name: 'updates a second of pgbench (simple-update), 100 clients', value: updates, unit: '/s' },
      { name: 'reports ÷ pgbench updates (at least)', value: reports / updates, unit: '×', limit: 0.15, isFloor: true },
    ];
  });
}

interface Deployment {
  readonly status: string;
  readonly plan: { readonly batches: readonly { readonly state: string }[] };
}

/** Reports a second. */
async function drainBatch({ client }: Bed, round: number): Promise<number> {
  const version = (n: number) => `1.${n}.0`;
  if (round === 1) {
    await client('POST', '/services', { name: service });
    await client('POST', '/deployments', { service, version: version(0) });
    await reportAll(client, service, instanceCount, clientCount, () => [version(0)]);
  }
  const created = await client('POST', '/deployments', { service, version: version(round), strategy: 'allAtOnce' });
  const { id } = JSON.parse(created.body) as { id: string };
  const read = async () => JSON.parse((await client('GET', `/deployments/${id}`)).body) as Deployment;
  while ((await read()).plan.batches[0]?.state !== 'deploying') await sleep(20);
  const begin = performance.now();
  await reportAll(client, service, instanceCount, clientCount, () => [version(round - 1), version(round)]);
  const seconds = (performance.now() - begin) / 1000;
  while ((await read()).status !== 'completed') await sleep(20);
  return (2 * instanceCount) / seconds;
}
