import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashToken } from '#domain/token.ts';
import { ensureAdminToken } from '#platform/migrations/ensure-admin-token.ts';
import { migrate } from '#platform/migrations/migrate.ts';
import { readOwnMigrations } from '../../infra/migrations.ts';
import { type DataApiFixture, startDataApi } from '../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  api = await startDataApi();
  await migrate({ client: api.client, cluster: cluster(), files: readOwnMigrations() });
});

afterAll(() => api.close());

const cluster = () => ({ ...api.target, database: api.database.name });

const ensure = (token: string, replace: boolean) =>
  ensureAdminToken({ client: api.client, cluster: cluster(), token, replace });

async function call(name: string, args: object): Promise<Record<string, unknown> | undefined> {
  const parameters = [{ name: 'args', value: { stringValue: JSON.stringify(args) } }];
  const { records } = await api.execute(`select ${name}(:args::jsonb)`, { parameters });
  return records?.[0]?.[0]?.stringValue === undefined ? undefined : JSON.parse(records[0][0].stringValue);
}

const holderOf = (token: string) => call('authenticate_token', { hash: hashToken(token) });
const revoke = () => call('revoke_token', { id: 'admin', actor: { name: 'ann', role: 'admin' } });

test('the first admin token is made once, by however many at once', async () => {
  const made = await Promise.all([ensure('first', false), ensure('first', false), ensure('first', true)]);

  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await holderOf('first')).toMatchObject({ id: 'admin', name: 'admin', role: 'admin' });
});

test('another one takes its place only where that is asked for', async () => {
  expect(await ensure('second', false)).toBe(false);
  expect(await holderOf('second')).toBeUndefined();

  expect(await ensure('second', true)).toBe(true);

  expect(await holderOf('second')).toMatchObject({ id: 'admin' });
  expect(await holderOf('first')).toBeUndefined();
});

test('one that was revoked stays so until there is another', async () => {
  await revoke();

  expect(await ensure('second', true)).toBe(false);
  expect(await holderOf('second')).toBeUndefined();
  expect(await revoke()).toMatchObject({ row: 'refused', code: 'tokenNotFound' });

  expect(await ensure('third', true)).toBe(true);
  expect(await holderOf('third')).toMatchObject({ id: 'admin' });
});

test('none of them is in the database', async () => {
  const { records } = await api.execute('select t::text from api_tokens t');

  expect(JSON.stringify(records)).not.toMatch(/first|second|third/);
});
