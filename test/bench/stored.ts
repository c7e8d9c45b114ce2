import { type Bed, withBed } from './bed.ts';
import type { Figure } from './figure.ts';
import { serviceName, storeServices } from './stock.ts';
import { compareTimes } from './timing.ts';

const rounds = 200;
const instancesEach = 10;

/** What a page of services, and a report, take with much stored as a multiple of the same with little. */
export function measureStored(): Promise<Figure[]> {
  return withBed(async bed => {
    await storeServices(bed.pool, 0, 100, instancesEach);
    // A server that has just started is slower, which would flatter the ratio.
    await measure(bed, 100);
    const small = await measure(bed, 100);
    await storeServices(bed.pool, 100, 10_000, instancesEach);
    const large = await measure(bed, 10_000);
    return [
      { name: 'GET /services?limit=100, 100 services, p50', value: small.page, unit: 'ms' },
      { name: 'GET /services?limit=100, 10,000 services, p50', value: large.page, unit: 'ms' },
      { name: 'GET /services?limit=100, 10,000 ÷ 100 services', value: large.page / small.page, unit: '×', limit: 2 },
      { name: 'report, 1,000 instances, p50', value: small.report, unit: 'ms' },
      { name: 'report, 100,000 instances, p50', value: large.report, unit: 'ms' },
      { name: 'report, 100,000 ÷ 1,000 instances', value: large.report / small.report, unit: '×', limit: 2 },
    ];
  });
}

async function measure({ client }: Bed, services: number): Promise<{ page: number; report: number }> {
  let turn = 0;
  return compareTimes(rounds, {
    page: () => client('GET', '/services?limit=100'),
    report: () => {
      turn += 1;
      const service = serviceName((turn * 7919) % services);
      const id = `${service}-${1 + (turn % instancesEach)}`;
      return client('PUT', `/services/${service}/instances/${id}`, { version: '1.0.0', health: 'normal' });
    },
  });
}
