import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeStrategy } from '../../../functions/domain/strategy.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { checkApi } from './checked-api.ts';

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly next?: string;
}

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.sql(
    `insert into services (name, deps) select 's-' || lpad(i::text, 4, '0'), '{}' from generate_series(1, 1000) i`,
  );
  await runtime.sql(`
    insert into service_instances (id, service_id, version, labels, report_after_seconds)
      select 'i-' || lpad(i::text, 3, '0'), id, 'v' || i % 5, '{}', 60
        from services, generate_series(1, 25) i where name = 's-0001'`);
  await runtime.sql(`
    insert into service_versions (service_id, version) select id, 'v' || i from services, generate_series(1, 25) i where name = 's-0001'`);
  // Some of one moment, so that only the id tells them apart.
  await runtime.sql(`
    insert into deploy_tasks (id, service_id, service, version, status, strategy, create_time, start_time)
      select 'd-' || i, id, name, 'v' || i, 'rolledBack', '${JSON.stringify(completeStrategy('allAtOnce'))}',
          timestamptz '2030-01-01' + (i / 3) * interval '1 microsecond', now()
        from services, generate_series(1, 25) i where name = 's-0001'`);
  await runtime.sql(
    `insert into deploy_batches (deploy_id, index, size, bake_seconds, gate) values ('d-1', 0, 25, 0, false)`,
  );
  await runtime.sql(`
    insert into deploy_instances (deploy_id, instance_id, batch, position)
      select 'd-1', id, 0, row_number() over (order by id) from service_instances`);
  await runtime.sql(`insert into deploy_events (deploy_id, type) select 'd-1', 'noted' from generate_series(1, 25)`);
});

afterAll(() => runtime?.stop());

async function get(path: string): Promise<Page> {
  const { status, body } = await checkApi(runtime.api)('GET', path);
  expect(status).toBe(200);
  return body as Page;
}

async function follow(path: string, limit: number): Promise<Page['items'][]> {
  const pages: Page['items'][] = [];
  let next: string | undefined;
  do {
    const page = await get(`${path}?limit=${limit}${next === undefined ? '' : `&start=${next}`}`);
    pages.push(page.items);
    next = page.next;
  } while (next !== undefined && pages.length < 20);
  return pages;
}

const lists = [
  '/deployments',
  '/changelog/deployment',
  '/services/s-0001/instances',
  '/services/s-0001/availableVersions',
  '/deployments/d-1/events',
  '/deployments/d-1/instances',
];

describe('a list', () => {
  test.each(lists)('%s is the same in pages as in one', async path => {
    const whole = await get(path);

    const pages = await follow(path, 10);

    expect(pages.map(({ length }) => length)).toEqual([10, 10, 5]);
    expect(pages.flat()).toEqual(whole.items);
    expect(whole.next).toBeUndefined();
  });

  test('that ends with a full page has no next', async () => {
    expect((await get('/deployments?limit=25')).next).toBeUndefined();
    expect((await get('/services/s-0001/activeVersions?limit=5')).next).toBeUndefined();
    expect(await follow('/services/s-0001/activeVersions', 2)).toHaveLength(3);
  });

  test('takes no cursor of another, and none that is made up', async () => {
    const { next } = await get('/deployments?limit=1');
    const made = Buffer.from('["instances"]').toString('base64url');

    for (const path of [
      `/services?start=${next}`,
      `/services/s-0001/instances?start=${made}`,
      '/deployments?start=x',
    ]) {
      expect(await runtime.api('GET', path)).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'query.start', message: 'is not a cursor of this list' }] },
      });
    }
  });

  test.each(['0', '501', '-1', '1.5', 'ten', ''])('has no limit of "%s"', async limit => {
    expect(await runtime.api('GET', `/deployments?limit=${limit}`)).toMatchObject({ status: 400 });
  });

  test('of services has all of them without a limit', async () => {
    const all = await get('/services');

    expect(all.items).toHaveLength(1000);
    expect(all.items.map(({ name }) => name)).toEqual(all.items.map(({ name }) => name).toSorted());
    expect(all.next).toBeUndefined();
  });

  test('of services with more than an answer holds ends with a next, and goes on there', async () => {
    await runtime.sql(`
      insert into services (name, deps)
        select 't-' || lpad(i::text, 4, '0') || '-' || repeat('x', 100),
            array(select 'dep-' || k || repeat('y', 100) from generate_series(1, 40) k)
          from generate_series(1, 1000) i`);

    const first = await get('/services');
    const second = await get(`/services?start=${first.next}`);

    expect(first.next).toBeDefined();
    expect(second.next === undefined || second.items.length > 0).toBe(true);
    let names = [...first.items, ...second.items];
    for (let { next } = second; next !== undefined; ) {
      const page: Page = await get(`/services?start=${next}`);
      names = [...names, ...page.items];
      next = page.next;
    }
    expect(new Set(names.map(({ name }) => name)).size).toBe(2000);
    expect(names).toHaveLength(2000);
    await runtime.sql(`delete from services where name like 't-%'`);
  });

  test('of items too large for a page gives a shorter page', async () => {
    await runtime.sql(`update service_instances set message = repeat('ä', 2000), labels = (
      select jsonb_object_agg('label-' || k, repeat('ö', 255)) from generate_series(1, 20) k)`);
    await runtime.sql(`
      insert into service_instances (id, service_id, version, message, labels, report_after_seconds)
        select 'j-' || k, service_id, version, message, labels, 60 from service_instances, generate_series(1, 80) k where id = 'i-001'`);

    const pages = await follow('/services/s-0001/instances', 500);

    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toHaveLength(105);
  });
});
