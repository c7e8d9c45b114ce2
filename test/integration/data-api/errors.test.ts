import { BeginTransactionCommand, ExecuteStatementCommand } from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDataApi } from '../../../infra/local/data-api/data-api.ts';
import { type DataApiFixture, refusalOf, startDataApi } from '../../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  api = await startDataApi({ secretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:local' });
});
afterAll(() => api.close());

describe('refusals', () => {
  test('carry what PostgreSQL said, with the SQLSTATE at the end', async () => {
    await api.execute('create table single (id int primary key)');
    await api.execute('insert into single values (1)');
    const duplicate = await refusalOf(api.execute('insert into single values (1)'));
    const syntax = await refusalOf(api.execute('selekt 1'));

    expect(duplicate).toEqual({
      name: 'DatabaseErrorException',
      message:
        'ERROR: duplicate key value violates unique constraint "single_pkey"; Detail: Key (id)=(1) already exists.; SQLState: 23505',
      status: 400,
    });
    expect(syntax.message).toBe('ERROR: syntax error at or near "selekt"; Position: 1; SQLState: 42601');
  });

  test('come for several statements in one, of which none has run', async () => {
    const refusal = await refusalOf(api.execute('create table never (id int); select 1'));
    const never = await api.execute("select to_regclass('never')::text");

    expect(refusal).toEqual({
      name: 'ValidationException',
      message: "Multistatements aren't supported.",
      status: 400,
    });
    expect(never.records).toEqual([[{ isNull: true }]]);
  });

  test('come for the schema parameter', async () => {
    const refusal = await refusalOf(api.execute('select 1', { schema: 'public' }));

    expect(refusal).toMatchObject({ name: 'ValidationException', message: "The schema parameter isn't supported" });
  });

  test('name all that is missing', async () => {
    const call = api.client.send(
      new ExecuteStatementCommand({ resourceArn: undefined, secretArn: undefined, sql: undefined }),
    );

    expect(await refusalOf(call)).toMatchObject({
      name: 'ValidationException',
      message:
        "3 validation errors detected: Value null at 'resourceArn' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'secretArn' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'sql' failed to satisfy constraint: Member must not be null",
    });
  });

  test('come for too long a statement', async () => {
    const longest = await api.execute(`select 1${' '.repeat(65_528)}`);
    const refusal = await refusalOf(api.execute(`select 1${' '.repeat(65_529)}`));

    expect(longest.records).toEqual([[{ longValue: 1 }]]);
    expect(refusal.name).toBe('ValidationException');
    expect(refusal.message).toContain('Member must have length less than or equal to 65536');
  });

  test('come for another cluster, secret or database', async () => {
    const cluster = api.client.send(
      new BeginTransactionCommand({ ...api.target, resourceArn: 'arn:aws:rds:us-east-1:000000000000:cluster:other' }),
    );
    expect(await refusalOf(cluster)).toMatchObject({
      name: 'HttpEndpointNotEnabledException',
      message: "HttpEndpoint isn't enabled for cluster other",
    });
    const secret = api.client.send(
      new BeginTransactionCommand({ ...api.target, secretArn: 'arn:aws:secretsmanager:x' }),
    );
    expect(await refusalOf(secret)).toMatchObject({ name: 'SecretsErrorException' });

    const database = await refusalOf(api.execute('select 1', { database: 'nowhere' }));

    expect(database.message).toBe('FATAL: database "nowhere" does not exist; SQLState: 3D000');
  });

  test('come for COPY', async () => {
    const out = await refusalOf(api.execute('copy (select 1) to stdout'));
    await api.execute('create table sink (id int)');
    const into = await refusalOf(api.execute('copy sink from stdin'));
    const next = await api.execute('select 1');

    expect(out.message).toBe('execute: unexpected message: CopyOutResponse');
    expect(into.message).toBe('execute: unexpected message: CopyInResponse');
    expect(next.records).toEqual([[{ longValue: 1 }]]);
  });

  test('have a type, an id and no message where the service is at fault', async () => {
    const service = createDataApi({ url: 'postgres://x:y@127.0.0.1:1/z', clusterArn: api.target.resourceArn });
    const body = Buffer.from(JSON.stringify({ ...api.target, sql: 'select 1' }));
    const answer = await service.handle({
      method: 'POST',
      path: '/Execute',
      query: new URLSearchParams(),
      headers: {},
      body,
    });
    await service.close();

    expect(answer.status).toBe(504);
    expect(answer.headers).toMatchObject({
      'x-amzn-errortype': 'DatabaseUnavailableException',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.body).toBe('{}');
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['a number for a text', '{"resourceArn": 1}'],
    ['two values in one', '{"parameters":[{"name":"a","value":{"longValue":1,"stringValue":"x"}}]}'],
    ['an unknown kind of value', '{"parameters":[{"name":"a","value":{"intValue":1}}]}'],
    ['a broken integer', '{"parameters":[{"name":"a","value":{"longValue":1.5}}]}'],
  ])('come for %s', async (_title, body) => {
    const response = await fetch(`${api.endpoint}/Execute`, { method: 'POST', body });

    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });

  test('say that the server has gone when a connection is lost under a statement', async () => {
    const slow = refusalOf(api.execute('select pg_sleep(10)'));
    await expect
      .poll(async () => {
        const { records } = await api.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(10)'",
        );
        return records?.length;
      })
      .toBe(1);

    expect(await slow).toMatchObject({ name: 'InternalServerErrorException', status: 500 });
    expect((await api.execute('select 1')).records).toEqual([[{ longValue: 1 }]]);
  });
});
