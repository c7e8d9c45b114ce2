import { ExecuteStatementCommand, type ExecuteStatementCommandInput } from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DataApiFixture, startDataApi } from '../../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  api = await startDataApi();
});
afterAll(() => api.close());

type Input = Partial<ExecuteStatementCommandInput>;

async function execute(sql: string, input: Input = {}) {
  const { $metadata, ...output } = await api.client.send(new ExecuteStatementCommand({ ...api.target, sql, ...input }));
  return output;
}

describe('ExecuteStatement', () => {
  test('answers a query with records, and a change with a count', async () => {
    const created = await execute('create table fruits (id serial primary key, name text not null)');
    const inserted = await execute("insert into fruits (name) values ('apple'), ('pear')");
    const returned = await execute("insert into fruits (name) values ('plum') returning id");
    const selected = await execute('select id, name from fruits order by id');
    const none = await execute('select id from fruits where false');

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
    const { records } = await execute('select :s, :l, :d, :b, :x, :n::text, :a', {
      parameters: [
        { name: 's', value: { stringValue: "it's" } },
        { name: 'l', value: { longValue: 42 } },
        { name: 'd', value: { doubleValue: 1.5 } },
        { name: 'b', value: { booleanValue: true } },
        { name: 'x', value: { blobValue: Uint8Array.of(0, 255) } },
        { name: 'n', value: { isNull: true } },
        { name: 'a', value: { arrayValue: { stringValues: ['a', 'b "c"'] } } },
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
      ],
    ]);
  });
});
