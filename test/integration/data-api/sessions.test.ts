import { BatchExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DataApiFixture, long, refusalOf, startDataApi, string } from '../../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  // One connection: whatever a statement leaves behind, the next one would see.
  api = await startDataApi({ poolSize: 1 });
});
afterAll(() => api.close());

describe('statements outside a transaction', () => {
  test.each([
    ["set application_name = 'left behind'", 'show application_name'],
    ["select set_config('application_name', 'left behind', false)", 'show application_name'],
  ])('%s has no effect on the next', async (sql, show) => {
    await api.execute(sql);
    const { records } = await api.execute(show);

    expect(records).toEqual([[{ stringValue: 'rds-data-api' }]]);
  });

  test('leave no prepared statement, table, lock or transaction behind', async () => {
    await api.execute('prepare p as select 1');
    const prepared = await refusalOf(api.execute('execute p'));
    await api.execute('create temporary table passing (id int)');
    const table = await refusalOf(api.execute('select * from passing'));
    await api.execute('select pg_advisory_lock(1)');
    const locks = await api.execute("select 1 from pg_locks where locktype = 'advisory' and objid = 1");
    await api.execute('begin');
    await api.execute('create table outside (id int)');
    const outside = await api.execute('rollback').then(() => api.execute('select * from outside'));

    expect(prepared.message).toContain('prepared statement "p" does not exist');
    expect(table.message).toContain('SQLState: 42P01');
    expect(locks.records).toEqual([]);
    expect(outside.records).toEqual([]);
  });

  test('that are used often follow a change of their table', async () => {
    await api.execute('create table changing (id int)');
    await api.execute('insert into changing values (1)');
    for (let times = 0; times < 5; times += 1) await api.execute('select * from changing');
    const other = new pg.Client({ connectionString: api.database.url });
    await other.connect();
    await other.query('alter table changing add column name text');
    await other.end();
    const first = await api.execute('select * from changing');
    const second = await api.execute('select * from changing');

    expect(first.records).toEqual([[{ longValue: 1 }, { isNull: true }]]);
    expect(second).toEqual(first);
  });

  test('that are used often take parameters of other types', async () => {
    const ask = async (value: ReturnType<typeof long>) =>
      (await api.execute('select pg_typeof(:v)::text', { parameters: [value] })).records?.[0]?.[0]?.stringValue;
    const types: (string | undefined)[] = [];
    for (let times = 0; times < 4; times += 1) types.push(await ask(long('v', 1)), await ask(string('v', 'x')));

    expect(types).toEqual(['bigint', 'text', 'bigint', 'text', 'bigint', 'text', 'bigint', 'text']);
  });
});

describe('BatchExecuteStatement', () => {
  const batch = (sql: string, parameterSets: ReturnType<typeof long>[][]) =>
    api.client.send(new BatchExecuteStatementCommand({ ...api.target, sql, parameterSets }));

  test('runs a statement for each set of parameters', async () => {
    await api.execute('create table many (id int primary key, name text)');
    const { updateResults } = await batch('insert into many values (:id, :name)', [
      [long('id', 1), string('name', 'a')],
      [long('id', 2), { name: 'name', value: { isNull: true } }],
      [long('id', 3), string('name', 'c')],
    ]);
    const { records } = await api.execute('select name from many order by id');

    expect(updateResults).toEqual([{ generatedFields: [] }, { generatedFields: [] }, { generatedFields: [] }]);
    expect(records).toEqual([[{ stringValue: 'a' }], [{ isNull: true }], [{ stringValue: 'c' }]]);
  });

  test('changes nothing when one set fails', async () => {
    await api.execute('create table unique_ids (id int primary key)');
    const refusal = await refusalOf(
      batch('insert into unique_ids values (:id)', [[long('id', 1)], [long('id', 2)], [long('id', 1)]]),
    );
    const { records } = await api.execute('select id from unique_ids');

    expect(refusal.message).toContain('SQLState: 23505');
    expect(records).toEqual([]);
  });

  test('runs nothing without a set', async () => {
    await api.execute('create table untouched (id int)');
    const { updateResults } = await batch('insert into untouched values (1)', []);
    const { records } = await api.execute('select id from untouched');

    expect(updateResults).toEqual([]);
    expect(records).toEqual([]);
  });
});
