import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DataApiFixture, long, refusalOf, startDataApi, string } from '../../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  api = await startDataApi();
});
afterAll(() => api.close());

const ID = '0b8c3a52-6a1e-4c9e-9a55-9c1b6a7a0001';

describe('ExecuteStatement', () => {
  test('answers a query with records, and a change with a count', async () => {
    const created = await api.execute('create table fruits (id serial primary key, name text not null)');
    const inserted = await api.execute("insert into fruits (name) values ('apple'), ('pear')");
    const returned = await api.execute("insert into fruits (name) values ('plum') returning id");
    const selected = await api.execute('select id, name from fruits order by id');
    const none = await api.execute('select id from fruits where false');

    expect(created).toEqual({ generatedFields: [], numberOfRecordsUpdated: 0 });
    expect(inserted).toEqual({ generatedFields: [], numberOfRecordsUpdated: 2 });
    expect(returned).toEqual({ numberOfRecordsUpdated: 0, records: [[{ longValue: 3 }]] });
    expect(selected.records).toEqual([
      [{ longValue: 1 }, { stringValue: 'apple' }],
      [{ longValue: 2 }, { stringValue: 'pear' }],
      [{ longValue: 3 }, { stringValue: 'plum' }],
    ]);
    expect(none).toEqual({ numberOfRecordsUpdated: 0, records: [] });
  });

  test('binds named parameters of every kind', async () => {
    const { records } = await api.execute('select :s, :l, :d, :b, :x, :n::text, :a, :i', {
      parameters: [
        string('s', "it's"),
        long('l', 42),
        { name: 'd', value: { doubleValue: 1.5 } },
        { name: 'b', value: { booleanValue: true } },
        { name: 'x', value: { blobValue: Uint8Array.of(0, 255) } },
        { name: 'n', value: { isNull: true } },
        { name: 'a', value: { arrayValue: { stringValues: ['a', 'b "c"'] } } },
        { name: 'i', value: { arrayValue: { longValues: [1, 2] } } },
        string('unused', 'x'),
      ],
    });

    expect(records).toEqual([
      [
        { stringValue: "it's" },
        { longValue: 42 },
        { doubleValue: 1.5 },
        { booleanValue: true },
        { blobValue: Uint8Array.of(0, 255) },
        { isNull: true },
        { arrayValue: { stringValues: ['a', 'b "c"'] } },
        { arrayValue: { longValues: [1, 2] } },
      ],
    ]);
  });

  test('a string is a text unless a type hint or a cast says otherwise', async () => {
    await api.execute('create table typed (id uuid, doc jsonb, at timestamp, day date, clock time, amount numeric)');
    const plain = await refusalOf(
      api.execute('select * from typed where id = :id', { parameters: [string('id', ID)] }),
    );
    const hinted = await api.execute('insert into typed values (:id, :doc, :at, :day, :clock, :amount) returning *', {
      parameters: [
        string('id', ID, 'UUID'),
        string('doc', '{"a": [1]}', 'JSON'),
        string('at', '2024-01-15 12:34:56.789', 'TIMESTAMP'),
        string('day', '2024-01-15', 'DATE'),
        string('clock', '12:34:56', 'TIME'),
        string('amount', '12.50', 'DECIMAL'),
      ],
    });
    const cast = await api.execute('select id from typed where id = :id::uuid', { parameters: [string('id', ID)] });

    expect(plain).toEqual({
      name: 'DatabaseErrorException',
      status: 400,
      message: expect.stringMatching(
        /^ERROR: operator does not exist: uuid = text; Hint: .*; Position: \d+; SQLState: 42883$/,
      ),
    });
    const text = hinted.records?.[0]?.map(field => field.stringValue);
    expect(text).toEqual([ID, '{"a": [1]}', '2024-01-15 12:34:56.789', '2024-01-15', '12:34:56', '12.50']);
    expect(cast.records).toEqual([[{ stringValue: ID }]]);
  });

  test.each([
    ['TIMESTAMP', '2024-01-15T12:34:56Z'],
    ['DATE', '15.01.2024'],
    ['TIME', '12:34'],
  ] as const)('refuses a %s hint on %s', async (hint, value) => {
    const call = api.execute('select :v', { parameters: [string('v', value, hint)] });

    expect(await refusalOf(call)).toMatchObject({ name: 'ValidationException', status: 400 });
  });

  test('binds each occurrence of a parameter by itself', async () => {
    const grouped = await refusalOf(
      api.execute('select date_trunc(:u, at) from (select now() as at) as t group by date_trunc(:u, at)', {
        parameters: [string('u', 'day')],
      }),
    );
    const sum = await api.execute('select :n + :n', { parameters: [long('n', 21)] });

    expect(grouped.message).toContain('SQLState: 42803');
    expect(sum.records).toEqual([[{ longValue: 42 }]]);
  });

  test('names the parameters that are missing in the way of PostgreSQL', async () => {
    const call = api.execute('select :a, :b', { parameters: [long('a', 1)] });

    expect((await refusalOf(call)).message).toMatch(/^ERROR: bind message supplies 1 parameters, .*; SQLState: 08P01$/);
  });

  test('takes the colons in a dollar-quoted body for placeholders, as AWS does', async () => {
    const { records } = await api.execute('select $$a :b c$$');

    expect(records).toEqual([[{ stringValue: 'a $1 c' }]]);
  });

  test('keeps the digits of long integers when asked for strings', async () => {
    const { records } = await api.execute('select 9007199254740993, 1::int4, 1.50::numeric(6,2)', {
      resultSetOptions: { longReturnType: 'STRING' },
    });

    expect(records).toEqual([[{ stringValue: '9007199254740993' }, { longValue: 1 }, { stringValue: '1.50' }]]);
  });

  test('gives decimals as numbers when asked to', async () => {
    const { records } = await api.execute("select 1.50::numeric(6,2), 7::numeric(6,0), 2.5, sum(2), 'NaN'::numeric", {
      resultSetOptions: { decimalReturnType: 'DOUBLE_OR_LONG' },
    });

    expect(records).toEqual([
      [{ doubleValue: 1.5 }, { longValue: 7 }, { doubleValue: 2.5 }, { longValue: 2 }, { doubleValue: Number.NaN }],
    ]);
  });

  test('takes integers that no double holds', async () => {
    const body = JSON.stringify({ ...api.target, sql: 'select :n, :n::text, :list' }).replace(
      /}$/,
      ',"parameters":[{"name":"n","value":{"longValue":9007199254740993}},' +
        '{"name":"list","value":{"arrayValue":{"longValues":[9007199254740993,null]}}}]}',
    );
    const response = await fetch(`${api.endpoint}/Execute`, { method: 'POST', body });

    expect(await response.text()).toContain(
      '[[{"longValue":9007199254740993},{"stringValue":"9007199254740993"},' +
        '{"arrayValue":{"longValues":[9007199254740993,null]}}]]',
    );
  });

  test('formats records as JSON', async () => {
    const answer = await api.execute(
      `select 1 as id, 'a "b"' as name, null::text as none, true as flag, array[1,2] as list, '{"a":1}'::jsonb as doc`,
      { formatRecordsAs: 'JSON', includeResultMetadata: true },
    );
    const duplicate = await refusalOf(api.execute('select 1 as a, 2 as a', { formatRecordsAs: 'JSON' }));

    expect(Object.keys(answer).sort()).toEqual(['formattedRecords', 'numberOfRecordsUpdated']);
    expect(JSON.parse(answer.formattedRecords ?? '')).toEqual([
      { id: 1, name: 'a "b"', none: null, flag: true, list: [1, 2], doc: '{"a": 1}' },
    ]);
    expect(duplicate.name).toBe('UnsupportedResultException');
  });

  test('uses the database that the request names', async () => {
    const { records } = await api.execute('select current_database()', { database: 'postgres' });

    expect(records).toEqual([[{ stringValue: 'postgres' }]]);
  });
});
