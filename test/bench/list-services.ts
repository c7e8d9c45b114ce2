import { type Bed, withBed } from './bed.ts';
import { captureStatement } from './capture.ts';
import type { Figure } from './figure.ts';
import { storeServices } from './stock.ts';
import { compareTimes } from './timing.ts';

const rounds = 40;

/** What all services take over HTTP: as a multiple of their statement alone, and of a tenth of them. */
export function measureListing(): Promise<Figure[]> {
  return withBed(async bed => {
    await storeServices(bed.pool, 0, 1_000, 2);
    const few = await compareTimes(rounds, { http: () => list(bed, 1_000), statement: await prepareStatement(bed) });
    await storeServices(bed.pool, 1_000, 10_000, 2);
    const many = await compareTimes(rounds / 2, { http: () => list(bed, 10_000) });
    return [
      { name: 'GET /services, 1,000 services, p50', value: few.http, unit: 'ms' },
      { name: 'its statement alone, p50', value: few.statement, unit: 'ms' },
      { name: 'GET /services ÷ its statement, 1,000 services', value: few.http / few.statement, unit: '×', limit: 3 },
      { name: 'GET /services, 10,000 services, p50', value: many.http, unit: 'ms' },
      { name: 'GET /services, 10,000 ÷ 1,000 services', value: many.http / few.http, unit: '×', limit: 12 },
    ];
  });
}

async function list({ client }: Bed, expected: number): Promise<void> {
  const { items } = JSON.parse((await client('GET', '/services')).body) as { items: readonly unknown[] };
  if (items.length !== expected) throw new Error(`${items.length} services were listed, not ${expected}.`);
}

/** The statement that the endpoint sends for a thousand services, straight to PostgreSQL. */
async function prepareStatement({ pool }: Bed): Promise<() => Promise<unknown>> {
  const { text, values } = await captureStatement(async () => {
    const { listServices } = await import('../../functions/data/services.ts');
    await listServices({ limit: 8_000, after: undefined });
  });
  return () => pool.query({ name: 'list', text, values: [...values] });
}
