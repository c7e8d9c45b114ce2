import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashToken } from '../../functions/domain/token.ts';
import { readMigrations } from '../../functions/platform/migrations/read-migrations.ts';
import { type Bundle, bundleFunctions } from '../../infra/bundle.ts';
import { localPlace } from '../../infra/local/place.ts';
import { hashMigrations, readOwnMigrations } from '../../infra/migrations.ts';
import { wireFunctions } from '../../infra/wiring.ts';
import { lambdaEnvironment, runNode } from '../infra/run-node.ts';
import { type CloudFormation, startCloudFormation } from '../support/cloudformation.ts';
import { type DataApiFixture, startDataApi } from '../support/data-api.ts';
import { type Call, type Fate, startFaultProxy } from '../support/fault-proxy.ts';
import { createFolder, type Folder } from '../support/folder.ts';

/** What is deployed: a bundle, and the migrations that are packed beside it. */
interface Release {
  readonly file: string;
  readonly hash: string;
}

let folder: Folder;
let own: Release;
let bundle: Bundle;
let cloudFormation: CloudFormation;
let dataApi: DataApiFixture;
let admin: pg.Client;
let releases = 0;

beforeAll(async () => {
  folder = await createFolder();
  const [built] = await bundleFunctions(
    wireFunctions(localPlace('any')).filter(({ id }) => id === 'Migrate'),
    folder.path,
  );
  if (!built) throw new Error('There is no bundle.');
  bundle = built;
  own = { file: bundle.file, hash: hashMigrations(readMigrations(join(bundle.folder, 'migrations'))) };
});
afterAll(() => folder.remove());

beforeEach(async () => {
  cloudFormation = await startCloudFormation('the-token');
  dataApi = await startDataApi({ limits: { transactionIdleMs: 1_000 } });
  admin = new pg.Client({ connectionString: dataApi.database.url });
  await admin.connect();
});
afterEach(async () => {
  await admin.end();
  await dataApi.close();
  await cloudFormation.close();
});

const next = readOwnMigrations().filter(({ repeatable }) => !repeatable).length + 1;
const numbered = (name: string, ahead = 0) => `${String(next + ahead).padStart(4, '0')}_${name}`;
const answering = (answer: string) =>
  `create or replace function probe() returns text language sql as $$ select '${answer}' $$;`;

/** A release with more migrations: name → text. */
async function makeRelease(files: Readonly<Record<string, string>>): Promise<Release> {
  releases += 1;
  const copy = join(folder.path, `release-${releases}`);
  await cp(bundle.folder, copy, { recursive: true });
  for (const [name, sql] of Object.entries(files)) await writeFile(join(copy, 'migrations', `${name}.sql`), sql);
  return { file: join(copy, 'index.mjs'), hash: hashMigrations(readMigrations(join(copy, 'migrations'))) };
}

interface Circumstances {
  readonly type?: 'Create' | 'Update' | 'Delete';
  readonly hash?: string;
  readonly allowDestructive?: boolean;
  readonly endpoint?: string;
  readonly remainingMs?: number;
  /** As CloudFormation made it up, when it was not told of any. */
  readonly physicalID?: string;
}

/** Calls the function as CloudFormation does; answers what that was told. */
async function deploy(release: Release, circumstances: Circumstances = {}) {
  const { type = 'Update', hash = release.hash, allowDestructive = false } = circumstances;
  const { endpoint = dataApi.endpoint, remainingMs = 900_000, physicalID = 'schema' } = circumstances;
  const event = {
    RequestType: type,
    RequestId: 'request',
    StackId: 'stack',
    LogicalResourceId: 'Migration',
    ResponseURL: `${cloudFormation.url}/answer`,
    ...(type === 'Create' ? {} : { PhysicalResourceId: physicalID }),
    ResourceProperties: { MigrationsHash: hash, AllowDestructive: String(allowDestructive) },
  };
  const before = cloudFormation.told.length;
  await runNode(
    `const { handler } = await import(${JSON.stringify(pathToFileURL(release.file))});
     await handler(${JSON.stringify(event)}, { awsRequestId: 'lambda', getRemainingTimeInMillis: () => ${remainingMs} });
     process.exit();`,
    {
      ...lambdaEnvironment,
      AWS_ENDPOINT_URL_RDS_DATA: endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: cloudFormation.url,
      DATABASE_CLUSTER_ARN: dataApi.target.resourceArn,
      DATABASE_SECRET_ARN: dataApi.target.secretArn,
      DATABASE_NAME: dataApi.database.name,
      ADMIN_TOKEN_SECRET_ARN: 'arn:admin-token',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
    },
  );
  return cloudFormation.told.slice(before).map(({ response }) => response);
}

/** The same, with calls that meet their fate on the way. */
async function deployThrough(release: Release, decide: (call: Call, index: number) => Fate, more: Circumstances = {}) {
  const proxy = await startFaultProxy(dataApi.endpoint, decide);
  try {
    return await deploy(release, { ...more, endpoint: proxy.endpoint });
  } finally {
    await proxy.close();
  }
}

async function read(sql: string): Promise<unknown[]> {
  const { rows } = await admin.query<unknown[]>({ text: sql, rowMode: 'array' });
  return rows.flat();
}

const readRecorded = () => read('select name from schema_migrations order by 1');
const ownNames = readOwnMigrations()
  .map(({ name }) => name)
  .sort();

const success = {
  Status: 'SUCCESS',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Migration',
  PhysicalResourceId: 'schema',
};
const failure = (reason: unknown) => ({ ...success, Status: 'FAILED', Reason: reason });

describe('a deploy', () => {
  test('brings a fresh database to the schema, makes the admin token, and says so', async () => {
    const told = await deploy(own, { type: 'Create' });

    expect(told).toEqual([success]);
    expect(await readRecorded()).toEqual(ownNames);
    expect(await read('select id, hash from api_tokens')).toEqual(['admin', hashToken('the-token')]);
    expect(cloudFormation.told[0]?.contentType).toBeUndefined();
    expect(own.hash).toBe(hashMigrations(readOwnMigrations()));
  });

  test('of the same migrations changes nothing', async () => {
    const readAll = () => read('select m::text, m.xmin::text from schema_migrations m order by name');
    await deploy(own, { type: 'Create' });
    const before = await readAll();

    const told = await deploy(own);

    expect(told).toEqual([success]);
    expect(await readAll()).toEqual(before);
    expect(await read('select hash from schema_releases')).toEqual([own.hash]);
  });

  test('twice at once applies each file once', async () => {
    const release = await makeRelease({
      [numbered('note')]: 'create table note (id int); select pg_sleep(0.2)::text;',
    });

    const told = await Promise.all([deploy(release), deploy(release)]);

    expect(cloudFormation.told).toHaveLength(2);
    expect(told.flat().every(({ Status }) => Status === 'SUCCESS')).toBe(true);
    expect(await readRecorded()).toEqual([...ownNames, numbered('note')].sort());
  });

  test('that is removed leaves the database alone, be it there or not', async () => {
    const told = await deploy(own, { type: 'Delete', endpoint: 'http://127.0.0.1:1' });

    expect(told).toEqual([success]);
  });

  test('that was cut short before it answered is removed under the name that CloudFormation made up', async () => {
    const physicalID = 'prod-service-manager-Migration-1A2B3C';

    const told = await deploy(own, { type: 'Delete', physicalID });

    expect(told).toEqual([{ ...success, PhysicalResourceId: physicalID }]);
  });
});

describe('a statement that fails', () => {
  test('is reported with its file, line and reason, and the schema stays at the migration before', async () => {
    await deploy(own, { type: 'Create' });
    const release = await makeRelease({
      [numbered('good')]: 'create table good (id int);',
      [numbered('bad', 1)]: 'create table bad (id int);\n\ncreate index on bad (missing);',
      'functions/probe': answering('new'),
    });

    const told = await deploy(release);
    const rolledBack = [await deploy(release, { hash: own.hash }), await deploy(own)];

    const place = `Migration ${numbered('bad', 1)} failed at line 3, "create index on bad (missing)": `;
    expect(told).toEqual([failure(expect.stringMatching(/ERROR: column "missing" does not exist.*request lambda/))]);
    expect(told[0]).toMatchObject({ Reason: expect.stringContaining(place) });
    expect(rolledBack).toEqual([[success], [success]]);
    expect(await readRecorded()).toEqual([...ownNames, numbered('good')].sort());
    expect(await read("select to_regclass('bad')")).toEqual([null]);
  });

  test('is told within what CloudFormation reads, from its beginning', async () => {
    const release = await makeRelease({
      [numbered('bad')]: `do $$ begin raise 'it is "${'é'.repeat(5_000)}'; end $$;`,
    });

    await deploy(release);

    expect(cloudFormation.told[0]?.bytes).toBeLessThanOrEqual(4_096);
    expect(cloudFormation.told[0]?.bytes).toBeGreaterThan(4_000);
    expect(cloudFormation.told[0]?.response).toMatchObject({
      Reason: expect.stringMatching(/^Migration \w+ failed at line 1, .*é$/),
    });
  });

  test('by taking too long is ended and told before the function is', async () => {
    await deploy(own, { type: 'Create' });
    const release = await makeRelease({ [numbered('slow')]: 'create table slow (id int); select pg_sleep(20)::text;' });
    const begin = performance.now();

    const told = await deploy(release, { remainingMs: 46_500 });

    expect(performance.now() - begin).toBeLessThan(15_000);
    expect(told).toEqual([failure('It has not ended in time. (request lambda)')]);
    expect(await readRecorded()).toEqual(ownNames);
  });
});

describe('a rollback', () => {
  test('to a release that another has followed changes nothing, by new code or by its own', async () => {
    const first = await makeRelease({ 'functions/probe': answering('first') });
    const second = await makeRelease({ 'functions/probe': answering('second') });
    await deploy(first, { type: 'Create' });
    await deploy(second);

    const told = [await deploy(second, { hash: first.hash }), await deploy(first)];

    expect(told).toEqual([[success], [success]]);
    expect(await read('select probe()')).toEqual(['second']);
  });

  test('is followed by a new release, which may bring the older text again', async () => {
    const first = await makeRelease({ 'functions/probe': answering('first') });
    const second = await makeRelease({ 'functions/probe': answering('second') });
    const third = await makeRelease({
      'functions/probe': answering('first'),
      [numbered('third')]: 'create table c ();',
    });
    for (const release of [first, second, first]) await deploy(release);

    const told = await deploy(third);

    expect(told).toEqual([success]);
    expect(await read('select probe()')).toEqual(['first']);
  });
});

describe('a destructive change', () => {
  const change = { [numbered('drop')]: '-- no longer used\nalter table service_states\n  drop column message;' };
  const readColumn = () =>
    read(
      "select count(*)::int from information_schema.columns where table_name = 'service_states' and column_name = 'message'",
    );

  test('is refused with file and line, before anything runs', async () => {
    await deploy(own, { type: 'Create' });
    const release = await makeRelease({ ...change, 'functions/probe': answering('new') });

    const told = await deploy(release);

    const place = `Migration ${numbered('drop')}, line 2, "alter table service_states", is refused: `;
    expect(told).toMatchObject([failure(expect.stringContaining(place))]);
    expect(await readColumn()).toEqual([1]);
    expect(await readRecorded()).toEqual(ownNames);
  });

  test('is applied where that is asked for', async () => {
    await deploy(own, { type: 'Create' });

    const told = await deploy(await makeRelease(change), { allowDestructive: true });

    expect(told).toEqual([success]);
    expect(await readColumn()).toEqual([0]);
  });

  test('is part of any fresh database', async () => {
    const told = await deploy(await makeRelease(change), { type: 'Create' });

    expect(told).toEqual([success]);
    expect(await readColumn()).toEqual([0]);
  });
});

test.each(['AccessDeniedException', 'the role is not authorized to perform: rds-data:ExecuteStatement'])(
  'a role that nobody knows yet to be allowed this (%s) is waited for',
  async error => {
    const told = await deployThrough(own, (_, index) => (index < 2 ? { error } : 'pass'), { type: 'Create' });

    expect(told).toEqual([success]);
    expect(await readRecorded()).toEqual(ownNames);
  },
);

test('so is one that may not read the secret of the admin token yet', async () => {
  cloudFormation.denySecret(2);

  const told = await deploy(own, { type: 'Create' });

  expect(told).toEqual([success]);
  expect(await read('select hash from api_tokens')).toEqual([hashToken('the-token')]);
});

describe('a database that', () => {
  test('is resuming is waited for', async () => {
    const told = await deployThrough(own, (_, index) => (index < 3 ? { error: 'DatabaseResumingException' } : 'pass'));

    expect(told).toEqual([success]);
    expect(await readRecorded()).toEqual(ownNames);
  });

  test.each<[string, Fate]>([
    ['throttles', { error: 'ThrottlingException' }],
    ['is cut off', 'cut'],
    ['answers into the void', 'loseAnswer'],
  ])('%s now and then is asked again until all is there, once', async (_, fate) => {
    const release = await makeRelease({ [numbered('note')]: 'create table note as select 1 as id;' });

    const told = await deployThrough(release, (_, index) => (index % 15 === 3 && index < 34 ? fate : 'pass'));

    expect(told).toEqual([success]);
    expect(await readRecorded()).toEqual([...ownNames, numbered('note')].sort());
    expect(await read('select id from note')).toEqual([1]);
  });
});

test('an answer that is not taken is given again', async () => {
  cloudFormation.refuse('cut', 503);

  const told = await deploy(own, { type: 'Create' });

  expect(told).toEqual([success]);
});
