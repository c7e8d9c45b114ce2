import { StatementTimeoutException } from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDataApi } from '../../../infra/local/data-api/data-api.ts';
import { type DataApiFixture, long, refusalOf, startDataApi, string } from '../../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  api = await startDataApi({ limits: { statementMs: 300 }, poolSize: 2 });
});
afterAll(() => api.close());

const TOO_LARGE = {
  name: 'UnsupportedResultException',
  message: 'The result exceeds the size limit 1 MB.',
  status: 400,
};

describe('the limits', () => {
  // A row counts 2 octets, and 4 and its text for each column: 42 for a uuid.
  test('let a result of 1 MiB pass, and not a row more', async () => {
    const sql = 'select gen_random_uuid() from generate_series(1, :rows)';
    const most = Math.floor(1_048_576 / 42);
    const { records } = await api.execute(sql, { parameters: [long('rows', most)] });
    const refusal = await refusalOf(api.execute(sql, { parameters: [long('rows', most + 1)] }));

    expect(records).toHaveLength(most);
    expect(refusal).toEqual(TOO_LARGE);
  });

  test('count octets, not characters', async () => {
    const sql = "select repeat('é', 1000) from generate_series(1, :rows)";
    const { records } = await api.execute(sql, { parameters: [long('rows', 522)] });
    const refusal = await refusalOf(api.execute(sql, { parameters: [long('rows', 523)] }));

    expect(records).toHaveLength(522);
    expect(refusal).toEqual(TOO_LARGE);
  });

  test('stop an endless result at once', async () => {
    const before = process.memoryUsage().rss;
    const refusal = await refusalOf(api.execute('select generate_series(1, 1000000000)'));
    const grown = process.memoryUsage().rss - before;

    expect(refusal).toEqual(TOO_LARGE);
    expect(grown).toBeLessThan(200 * 1024 * 1024);
  });

  test('end a statement that takes too long', async () => {
    const error = await api.execute('select pg_sleep(5)').catch((reason: unknown) => reason);
    const running = await api.execute(
      "select 1 from pg_stat_activity where query = 'select pg_sleep(5)' and state = 'active'",
    );

    expect(error).toBeInstanceOf(StatementTimeoutException);
    expect(error).toMatchObject({
      message: 'canceling statement due to statement timeout',
      dbConnectionId: expect.any(Number),
    });
    expect(running.records).toEqual([]);
  });

  test("report a shorter timeout of the role's in the same way", async () => {
    const role = `patient_${api.database.name}`;
    await api.execute(`create role ${role} login superuser password 'x'`);
    await api.execute(`alter role ${role} set statement_timeout = '50ms'`);
    const url = new URL(api.database.url);
    url.username = role;
    url.password = 'x';
    const patient = createDataApi({ url: url.href, clusterArn: api.target.resourceArn });
    const answer = await patient.handle({
      method: 'POST',
      path: '/Execute',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(JSON.stringify({ ...api.target, sql: 'select pg_sleep(5)' })),
    });
    await patient.close();
    await api.execute(`drop role ${role}`);

    expect(answer.headers['x-amzn-errortype']).toBe('StatementTimeoutException');
  });

  test('let a statement go on after its timeout when asked to', async () => {
    await api.execute('create table done (at timestamptz)');
    const refusal = await refusalOf(
      api.execute('insert into done select now() from (select pg_sleep(0.5)) as t', { continueAfterTimeout: true }),
    );

    expect(refusal.name).toBe('StatementTimeoutException');
    await expect.poll(async () => (await api.execute('select at from done')).records?.length).toBe(1);
  });

  test('refuse a request of more than 4 MiB', async () => {
    const refusal = await refusalOf(
      api.execute('select length(:a)', { parameters: [string('a', 'x'.repeat(4 * 1024 * 1024))] }),
    );

    expect(refusal.status).toBe(400);
  });

  test('serve more callers than there are connections', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.execute('select 1')));

    expect(answers.every(({ records }) => records?.[0]?.[0]?.longValue === 1)).toBe(true);
  });
});
