import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DataApiFixture, refusalOf, startDataApi } from '../../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  api = await startDataApi();
  await api.execute("create type mood as enum ('sad', 'happy')");
});
afterAll(() => api.close());

describe('values in results', () => {
  test.each([
    ["'x'::varchar(3)", { stringValue: 'x' }],
    ["'x'::char(3)", { stringValue: 'x  ' }],
    ["'x'::name", { stringValue: 'x' }],
    ['1::int2', { longValue: 1 }],
    ['-7::int8', { longValue: -7 }],
    ['1.5::float4', { doubleValue: 1.5 }],
    ['1e100::float8', { doubleValue: 1e100 }],
    ["'NaN'::float8", { doubleValue: Number.NaN }],
    ["'-Infinity'::float8", { doubleValue: Number.NEGATIVE_INFINITY }],
    ['1.10::numeric', { stringValue: '1.10' }],
    ['false', { booleanValue: false }],
    [String.raw`'\x00ff'::bytea`, { blobValue: Uint8Array.of(0, 255) }],
    ["''::bytea", { blobValue: new Uint8Array() }],
    ["'2024-01-15'::date", { stringValue: '2024-01-15' }],
    ["'12:34:56.7'::time", { stringValue: '12:34:56.700' }],
    ["'2024-01-15 12:34:56.123456'::timestamp", { stringValue: '2024-01-15 12:34:56.123456' }],
    ["'2024-01-15 12:34:56+09'::timestamptz", { stringValue: '2024-01-15 03:34:56' }],
    ['\'{"a":1}\'::json', { stringValue: '{"a":1}' }],
    ['\'{"a":1}\'::jsonb', { stringValue: '{"a": 1}' }],
    ["'0b8c3a52-6a1e-4c9e-9a55-9c1b6a7a0001'::uuid", { stringValue: '0b8c3a52-6a1e-4c9e-9a55-9c1b6a7a0001' }],
    ["'10.0.0.0/8'::cidr", { stringValue: '10.0.0.0/8' }],
    ["'10.0.0.1'::inet", { stringValue: '10.0.0.1' }],
    ["'happy'::mood", { stringValue: 'happy' }],
    ['null::text', { isNull: true }],
    ['array[1, null, 3]', { arrayValue: { longValues: [1, null, 3] } }],
    ['array[true, false]', { arrayValue: { booleanValues: [true, false] } }],
    ['array[1.5::float8]', { arrayValue: { doubleValues: [1.5] } }],
    ["array['a', null, 'b \"c\", {d}']", { arrayValue: { stringValues: ['a', null, 'b "c", {d}'] } }],
    ["'{}'::text[]", { arrayValue: { stringValues: [] } }],
    ['array[1.10]', { arrayValue: { stringValues: ['1.10'] } }],
    ["array['2024-01-15 12:34:56+09'::timestamptz]", { arrayValue: { stringValues: ['2024-01-15 03:34:56'] } }],
    ["array['sad'::mood]", { arrayValue: { stringValues: ['sad'] } }],
  ])('%s', async (expression, field) => {
    const { records } = await api.execute(`select ${expression}`);

    expect(records).toEqual([[field]]);
  });

  test.each([
    ["'1 day'::interval", 'INTERVAL'],
    ["'12:00+01'::timetz", 'TIMETZ'],
    [`'x'::"char"`, '"CHAR"'],
    ["'(1,2)'::point", 'POINT'],
    ["'1'::money", 'MONEY'],
    ["'<a/>'::xml", 'XML'],
    ["array['text'::regtype]", 'REGTYPE[]'],
  ])('%s is refused by name, unless there is no row of it', async (expression, name) => {
    const refusal = await refusalOf(api.execute(`select ${expression}`));
    const empty = await api.execute(`select ${expression} where false`);

    expect(refusal).toEqual({
      name: 'UnsupportedResultException',
      message: `The result contains the unsupported data type ${name}.`,
      status: 400,
    });
    expect(empty.records).toEqual([]);
  });

  test('arrays of arrays are refused', async () => {
    const refusal = await refusalOf(api.execute('select array[[1, 2], [3, 4]]'));

    expect(refusal).toMatchObject({
      name: 'UnsupportedResultException',
      message: 'The result contains a multidimensional array',
    });
  });

  test.each(["'infinity'::timestamptz", "'-infinity'::timestamp", "'infinity'::date"])(
    '%s is an internal failure without a word',
    async expression => {
      const refusal = await refusalOf(api.execute(`select ${expression}`));

      expect(refusal).toMatchObject({ name: 'InternalFailure', status: 500 });
    },
  );
});

describe('column metadata', () => {
  test('describes columns in the terms of JDBC', async () => {
    await api.execute(
      'create table things (id serial primary key, name varchar(20), price numeric(8, 2), tags text[])',
    );

    const { columnMetadata } = await api.execute('select id, name as title, price, tags, 1::int8 as one from things', {
      includeResultMetadata: true,
    });

    expect(columnMetadata?.[0]).toEqual({
      arrayBaseColumnType: 0,
      isAutoIncrement: true,
      isCaseSensitive: false,
      isCurrency: false,
      isSigned: true,
      label: 'id',
      name: 'id',
      nullable: 0,
      precision: 10,
      scale: 0,
      schemaName: '',
      tableName: 'things',
      type: 4,
      typeName: 'serial',
    });
    expect(columnMetadata?.slice(1)).toMatchObject([
      { label: 'title', type: 12, typeName: 'varchar', precision: 20, nullable: 1, isCaseSensitive: true },
      { type: 2, typeName: 'numeric', precision: 8, scale: 2 },
      { type: 2003, typeName: '_text', arrayBaseColumnType: 12 },
      { type: -5, typeName: 'int8', tableName: '', nullable: 2 },
    ]);
  });

  test('follows a change of the table', async () => {
    await api.execute('create table before (id int)');
    await api.execute('select id from before', { includeResultMetadata: true });
    await api.execute('alter table before rename to later');
    const { columnMetadata } = await api.execute('select id from later', { includeResultMetadata: true });

    expect(columnMetadata).toMatchObject([{ tableName: 'later' }]);
  });
});
