import { join } from 'node:path';
import { SFNClient } from '@aws-sdk/client-sfn';
import pg from 'pg';
import { type RuntimeOptions, startRuntime } from '../../infra/local/runtime.ts';
import type { Place } from '../../infra/place.ts';
import type { Settings } from '../../infra/settings.ts';
import { type FunctionID, functionName } from '../../infra/wiring.ts';
import { createDatabase } from './database.ts';
import type { Faults } from './faults.ts';
import { createFolder } from './folder.ts';
import { endPool } from './sql.ts';

export interface TestRuntimeOptions {
  readonly settings?: Partial<Settings>;
  readonly prometheusUrl?: string;
  /** Whether every request needs a token; the runtime's own `api` has the first admin token then. */
  readonly auth?: boolean;
  /** Events in one execution's history; AWS's limit if absent. */
  readonly historyLimit?: number;
  /** Stands between the functions, Step Functions and AWS, and lets them fail. */
  readonly faults?: Faults;
  readonly onEvent?: RuntimeOptions['onEvent'];
  readonly log?: RuntimeOptions['log'];
}

export interface Reply {
  readonly status: number;
  /** Parsed JSON; text where it is none; undefined where there is none. */
  readonly body: unknown;
}

/** What drives the API, in process or elsewhere; `path` is below `/v1`, as `/services`. */
export type Api = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply>;

export interface TestRuntime {
  readonly url: string;
  readonly awsUrl: string;
  readonly place: Place;
  /** The first one, where tokens are needed. */
  readonly adminToken: string | undefined;
  readonly api: Api;
  /** The same with another token, or none. */
  apiWith(token?: string): Api;
  readonly sfn: SFNClient;
  /** Where PostgreSQL itself is. */
  readonly databaseUrl: string;
  /** Looks at the database directly. */
  sql<Row extends pg.QueryResultRow>(query: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Calls a function as a schedule does. @throws when the function does */
  invoke(id: FunctionID, event: object): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * The whole product in this process, with a database and a folder of its own. One for each test file: functions read their
 * environment once.
 */
export async function startTestRuntime(options: TestRuntimeOptions = {}): Promise<TestRuntime> {
  const { settings = {}, auth = false, prometheusUrl, historyLimit, faults, onEvent, log = () => undefined } = options;
  const [database, folder] = await Promise.all([createDatabase(), createFolder()]);
  process.env['POWERTOOLS_LOG_LEVEL'] ??= 'SILENT';
  if (faults) process.env['AWS_ENDPOINT_URL_LAMBDA'] = faults.url;
  const runtime = await startRuntime({
    port: 0,
    awsPort: 0,
    data: join(folder.path, 'data'),
    databaseUrl: database.url,
    settings: auth ? { access: 'closed', ...settings } : settings,
    log,
    prometheus: prometheusUrl === undefined ? undefined : { url: prometheusUrl },
    ...(historyLimit === undefined ? {} : { historyLimit }),
    ...(faults ? { functionsEndpoint: faults.forwardTo } : {}),
    ...(onEvent ? { onEvent } : {}),
  });
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  const sfn = new SFNClient({
    endpoint: runtime.awsUrl,
    region: runtime.place.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return {
    url: runtime.url,
    awsUrl: runtime.awsUrl,
    place: runtime.place,
    adminToken: runtime.madeAdminToken,
    api: createApi(runtime.url, runtime.madeAdminToken),
    apiWith: token => createApi(runtime.url, token),
    sfn,
    databaseUrl: database.url,
    sql: async (query, params = []) => (await pool.query(query, [...params])).rows,
    invoke: (id, event) => invoke(faults?.url ?? runtime.awsUrl, functionName(runtime.place, id), event),
    stop: async () => {
      sfn.destroy();
      await faults?.close();
      await runtime.stop();
      await endPool(pool);
      await database.drop();
      await folder.remove();
      delete process.env['AWS_ENDPOINT_URL_LAMBDA'];
    },
  };
}

/** @param url of the API, without `/v1` */
export function createApi(url: string, token?: string): Api {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}/v1${path}`, {
      method,
      headers: { ...authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: parseBody(await answer.text()) };
  };
}

function parseBody(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

async function invoke(awsUrl: string, name: string, event: object): Promise<unknown> {
  const url = `${awsUrl}/2015-03-31/functions/${name}/invocations`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
  const payload = await answer.json();
  if (answer.headers.has('x-amz-function-error')) throw new Error(`${name}: ${JSON.stringify(payload)}`);
  return payload;
}
