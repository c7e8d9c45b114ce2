import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { race, refusalsOf, repeat, shuffle, uniqueName } from '../../support/races.ts';
import { openSql, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

const create = (name: string, deps: readonly string[] = []) => sql.call('create_service', { name, deps });
const update = (name: string, deps: readonly string[]) => sql.call('update_service', { name, deps });
const remove = (name: string) => sql.call('delete_service', { name });

/** New services without dependencies, named by group and place, `size` in each of `groups`. */
async function storeGroups(groups: number, size: number): Promise<string[][]> {
  const prefix = uniqueName('group');
  const names = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: size }, (_, place) => `${prefix}-${group}-${place}`),
  );
  await sql.query('insert into services (name) select unnest($1::text[])', [names.flat()]);
  return names;
}

/** Services that depend on themselves by any path. */
async function findCycles(): Promise<string[]> {
  const rows = await sql.query<{ name: string }>(
    'select name from services s where exists (select from unnest(s.deps) dep where reaches_service(dep, s.name))',
  );
  return rows.map(({ name }) => name);
}

describe('dependency updates that cross', () => {
  test('never close a cycle of two, and all but the last of each are taken', async () => {
    await repeat(2, async () => {
      const pairs = await storeGroups(40, 2);

      const answers = await race(
        shuffle(pairs.flatMap(([one = '', other = '']) => [() => update(one, [other]), () => update(other, [one])])),
      );

      expect(await findCycles()).toEqual([]);
      expect(refusalsOf(answers).map(({ code }) => code)).toEqual(Array(40).fill('dependencyCycle'));
    });
  });

  test('never close a longer cycle', async () => {
    await repeat(2, async () => {
      const rings = await storeGroups(20, 4);

      const answers = await race(
        shuffle(rings.flatMap(ring => ring.map((name, place) => () => update(name, [ring[(place + 1) % 4] ?? ''])))),
      );

      expect(await findCycles()).toEqual([]);
      expect(refusalsOf(answers)).toHaveLength(20);
    });
  });

  test('never close one with services that are created at the same time', async () => {
    await repeat(2, async () => {
      const pairs = await storeGroups(30, 1);
      const newcomer = (name: string) => `${name}-new`;

      const answers = await race(
        shuffle(
          pairs.flatMap(([name = '']) => [() => create(newcomer(name), [name]), () => update(name, [newcomer(name)])]),
        ),
      );

      expect(await findCycles()).toEqual([]);
      expect(refusalsOf(answers)).toHaveLength(30);
    });
  });
});

describe('a service created by many at once', () => {
  test('is created by one of them', async () => {
    await repeat(5, async () => {
      const name = uniqueName('service');

      const answers = await race(Array.from({ length: 40 }, () => () => create(name)));

      expect(refusalsOf(answers).map(({ code }) => code)).toEqual(Array(39).fill('serviceExists'));
    });
  });
});

describe('a service deleted while another comes to depend on it', () => {
  test.each([
    { how: 'changed', depend: update },
    { how: 'created', depend: (name: string, deps: readonly string[]) => create(`${name}-new`, deps) },
  ])('is kept, with that one named that is $how, or was gone before', async ({ depend }) => {
    await repeat(2, async () => {
      const groups = await storeGroups(20, 2);
      const answers = await race(
        shuffle(
          groups.flatMap(([needed = '', dependent = '']) => [() => remove(needed), () => depend(dependent, [needed])]),
        ),
      );

      const kept = await sql.query<{ dependent: string }>(
        'select d.name as dependent from services n join services d on n.name = any (d.deps) where n.name = any ($1)',
        [groups.flat()],
      );
      const refusals = refusalsOf(answers).map(({ code, dependents }) => ({ code, dependents }));
      expect(refusals).toHaveLength(kept.length);
      expect(refusals).toEqual(
        expect.arrayContaining(
          kept.map(({ dependent }) => ({ code: 'serviceHasDependents', dependents: [dependent] })),
        ),
      );
    });
  });
});
