import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DataApiFixture, startDataApi } from '../support/data-api.ts';

let dataApi: DataApiFixture;
let query: (sql: string) => Promise<unknown>;

beforeAll(async () => {
  dataApi = await startDataApi();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_RDS_DATA: dataApi.endpoint,
    ENVIRONMENT: 'test',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    DATABASE_CLUSTER_ARN: dataApi.target.resourceArn,
    DATABASE_SECRET_ARN: dataApi.target.secretArn,
    DATABASE_NAME: new URL(dataApi.database.url).pathname.slice(1),
  });
  ({ query } = await import('../../functions/platform/database.ts'));
});
afterAll(() => dataApi.close());

const fail = (sqlState: string) =>
  query(`do $$ begin raise exception 'it says so' using errcode = '${sqlState}'; end $$`);

test.each(['55P03', '57014', '40001', '40P01'])('SQLSTATE %s says that the database is busy', async sqlState => {
  await expect(fail(sqlState)).rejects.toMatchObject({
    code: 'databaseBusy',
    details: { retryAfterSeconds: expect.any(Number) },
  });
});

test.each(['08006', '28P01', '53300', '57P01', '57P03'])(
  'SQLSTATE %s says that the database is away',
  async sqlState => {
    await expect(fail(sqlState)).rejects.toMatchObject({
      code: 'databaseUnavailable',
      details: { retryAfterSeconds: expect.any(Number) },
    });
  },
);

test.each(['22012', '23505', '42P01'])('SQLSTATE %s is a fault of our own', async sqlState => {
  await expect(fail(sqlState)).rejects.toMatchObject({ name: 'DatabaseErrorException' });
});
