import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  command,
  deploymentOf,
  race,
  refusalsOf,
  repeat,
  shuffle,
  startBatch,
  storeFleet,
  times,
  tokensOf,
  uniqueName,
} from '../../support/races.ts';
import { openSql, type Row, type Sql } from '../../support/sql.ts';

let sql: Sql;

beforeAll(async () => {
  sql = await openSql(60);
});
afterAll(() => sql.close());

/** A POST's function, under a key. */
async function callOnce(key: string, fingerprint: string, name: string, args: object): Promise<Row[]> {
  const rows = await sql.query<{ answer: Row }>('select answer from call_once($1, $2, $3, $4::jsonb) answer', [
    key,
    fingerprint,
    name,
    JSON.stringify(args),
  ]);
  return rows.map(({ answer }) => answer);
}

async function countDeployments(service: string): Promise<number | undefined> {
  const [row] = await sql.query<{ count: number }>(
    'select count(*)::integer as count from deploy_tasks where service = $1',
    [service],
  );
  return row?.count;
}

describe('one idempotency key from 30 clients', () => {
  test('has one effect and one answer', async () => {
    await repeat(5, async () => {
      const { service } = await storeFleet(sql, 2);
      const key = uniqueName('key');
      const ofEach = () => deploymentOf(service, 'v2');

      const answers = await race(times(30, () => callOnce(key, 'body', 'create_deployment', ofEach())));

      expect(await countDeployments(service)).toBe(1);
      expect(new Set(answers.map(answer => JSON.stringify(answer)))).toHaveLength(1);
      expect(refusalsOf(answers)).toEqual([]);
    });
  });

  test('is refused to all whose body is another than the first one', async () => {
    await repeat(5, async () => {
      const names = [uniqueName('service'), uniqueName('service')];
      const key = uniqueName('key');

      const answers = await race(
        shuffle(
          times(30, async index =>
            callOnce(key, `body ${index % 2}`, 'create_service', { name: names[index % 2], deps: [] }),
          ),
        ),
      );

      const stored = await sql.query<{ name: string }>('select name from services where name = any ($1)', [names]);
      expect(stored).toHaveLength(1);
      expect(refusalsOf(answers)).toEqual(Array(15).fill({ row: 'refused', code: 'idempotencyKeyReused' }));
      expect(answers.flat().filter(({ name }) => name === stored[0]?.name)).toHaveLength(15);
    });
  });

  test('holds nobody up who has another key', async () => {
    const { service } = await storeFleet(sql, 1);
    const versions = Array.from({ length: 30 }, (_, index) => `v${index + 10}`);

    const answers = await race(
      versions.map(version => () => callOnce(uniqueName('key'), version, 'create_version', { service, version })),
    );

    expect(refusalsOf(answers)).toEqual([]);
  });

  test('gives the refusal again that the first one got', async () => {
    const { service } = await storeFleet(sql, 1);
    const key = uniqueName('key');

    const answers = await race(times(30, () => callOnce(key, 'body', 'create_service', { name: service, deps: [] })));

    expect(refusalsOf(answers)).toEqual(Array(30).fill({ row: 'refused', code: 'serviceExists' }));
  });
});

describe('one command that is sent again while it is being carried out', () => {
  test('is carried out once, and each sender is told that it was', async () => {
    await repeat(5, async () => {
      const { deployID } = await startBatch(sql, await storeFleet(sql, 2));
      const operation = uniqueName('operation');

      const answers = await race(times(12, () => command(sql, 'pause', deployID, operation)));

      expect(refusalsOf(answers)).toEqual([]);
      expect(tokensOf(answers)).toEqual(['first']);
      expect(answers.flat().filter(({ row, status }) => row === 'deployment' && status === 'paused')).toHaveLength(12);
    });
  });
});
