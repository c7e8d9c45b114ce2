import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../support/database.ts';
import { createFleet, request } from '../../support/fleet.ts';
import { createFolder, type Folder } from '../../support/folder.ts';
import { runProcess, type ServerProcess, startProcess } from '../../support/process.ts';
import { type Api, createApi, type Reply } from '../../support/runtime.ts';
import { makeToken } from '../../support/tokens.ts';

let folder: Folder;
let database: Database;
let args: readonly string[];

beforeAll(async () => {
  [folder, database] = await Promise.all([createFolder(), createDatabase()]);
  args = ['--port', '0', '--aws-port', '0', '--data', folder.path, '--database-url', database.url, '--auth'];
});

afterAll(async () => {
  await database.drop();
  await folder.remove();
});

const printed = ({ output }: ServerProcess) => /Admin token +(\S+)/.exec(output())?.[1];
const statusWith = async ({ url }: ServerProcess, token?: string) =>
  (await createApi(url, token)('GET', '/services')).status;

describe('npm start -- --auth', () => {
  let first: string;

  it('makes the first admin token, and prints it once', async () => {
    const server = await startProcess(args);
    first = printed(server) ?? '';
    const statuses = [await statusWith(server), await statusWith(server, first), await statusWith(server, `${first}x`)];
    await server.stop();

    const again = await startProcess(args);
    const printedAgain = printed(again);
    statuses.push(await statusWith(again, first));
    await again.stop();

    expect(first).toMatch(/^sm_[\w-]{43}$/);
    expect(printedAgain).toBeUndefined();
    expect(statuses).toEqual([401, 200, 401, 200]);
  });

  it('takes another one from ADMIN_TOKEN, prints nothing of it, and keeps it', async () => {
    const server = await startProcess(args, { ADMIN_TOKEN: 'another-one-of-my-own' });
    const statuses = [await statusWith(server, 'another-one-of-my-own'), await statusWith(server, first)];
    await server.stop();
    const later = await startProcess(args);
    statuses.push(await statusWith(later, 'another-one-of-my-own'));
    await later.stop();

    expect(statuses).toEqual([200, 401, 200]);
    expect(server.output() + later.output()).not.toMatch(/Admin token|another-one/);
  });

  it.each(['two words of it', 'short'])(
    'refuses an ADMIN_TOKEN that no header can hold, or that is too short',
    async token => {
      const { code, stderr } = await runProcess(args, undefined, { ADMIN_TOKEN: token });

      expect(code).toBe(1);
      expect(stderr).toContain('ADMIN_TOKEN takes printable ASCII characters without spaces, 12 at least');
      expect(stderr).not.toContain(token);
    },
  );

  it('is not asked for: everyone is let in', async () => {
    const server = await startProcess(args.filter(arg => arg !== '--auth'));
    const status = await statusWith(server);
    await server.stop();

    expect(status).toBe(200);
  });
});

describe('tokens', () => {
  it('never appear in logs, in answers but the first, or in the database, whatever is done with them', async () => {
    const server = await startProcess(args, { ADMIN_TOKEN: 'my-admin-token', POWERTOOLS_LOG_LEVEL: 'DEBUG' });
    const answers: Reply[] = [];
    const watched =
      (api: Api): Api =>
      async (...asked) => {
        const answer = await api(...asked);
        answers.push(answer);
        return answer;
      };
    const admin = createApi(server.url, 'my-admin-token');
    const as = (token: string) => watched(createApi(server.url, token));

    const tokens = await useTokens(admin, as);
    await server.stop();

    const secrets = [...tokens, 'my-admin-token'];
    const places = { log: server.output(), answers: JSON.stringify(answers), database: await dump(database.url) };
    expect(places.log).toContain('requestAnswered');
    expect(places.log).toContain('tokenRefused');
    expect(places.database).toContain('operator-token');
    for (const [place, text] of Object.entries(places)) {
      expect(
        secrets.filter(secret => text.includes(secret)),
        place,
      ).toEqual([]);
    }
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 409]));
  });
});

/** A release with an agent, and all that goes wrong with tokens. Answers every token that was in it. */
async function useTokens(admin: Api, as: (token: string) => Api): Promise<string[]> {
  const operator = await makeToken(admin, 'operator');
  const fleet = await createFleet(as(operator.token), 2);
  const agent = await makeToken(admin, 'agent', { service: fleet.service });
  const short = await makeToken(admin, 'viewer', { expiresAt: new Date(Date.now() + 300).toISOString() });
  const key = { 'idempotency-key': randomUUID() };
  const keyed = (await admin('POST', '/tokens', { name: 'k', role: 'admin' }, key)).body as { token: string };
  const unknown = 'sm_this-one-is-of-nobody';
  const jwt = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl';

  await as(keyed.token)('POST', '/tokens', { name: 'k', role: 'admin' }, key);
  await as(keyed.token)('GET', '/tokens');
  await as(agent.token)('PUT', `/services/${fleet.service}/instances/${fleet.service}.i001`, { version: 'v1' });
  await as(agent.token)('PUT', '/services/other/instances/i', { version: 'v1' });
  await as(agent.token)('GET', '/tokens');
  const { id } = (await request(as(operator.token), 'POST', '/deployments', {
    service: fleet.service,
    version: 'v2',
  })) as { id: string };
  await as(operator.token)('POST', '/deployments', { service: fleet.service, version: 'v3' });
  await as(operator.token)('POST', `/deployments/${id}/pause`, { nonsense: true });
  await as(operator.token)('GET', `/deployments/none`);
  await as(operator.token)('GET', `/deployments/${id}/events`);
  await as(unknown)('GET', '/services');
  await as(jwt)('GET', '/services');
  await as(short.token)('GET', '/services');
  await new Promise(resolve => setTimeout(resolve, 400));
  await as(short.token)('GET', '/services');
  await as(keyed.token)('DELETE', `/tokens/${operator.id}`);
  await fleet.report('i001').catch(() => undefined);
  return [operator, agent, short, keyed].map(({ token }) => token).concat(unknown, jwt);
}

/** Every row of every table, as text. */
async function dump(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of rows) {
      const table = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(name, ...table.rows.map(({ row }) => row));
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
