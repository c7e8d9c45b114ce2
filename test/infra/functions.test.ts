import { beforeAll, expect, test } from 'vitest';
import { hashMigrations, readOwnMigrations } from '../../infra/migrations.ts';
import type { Place } from '../../infra/place.ts';
import { defaultSettings } from '../../infra/settings.ts';
import { type WiredFunction, wireFunctions } from '../../infra/wiring.ts';
import { type Synthesised, synthesise } from './synthesise.ts';
import { findResources, idIn, onlyResource, placeIn, render } from './template.ts';

const env = 'prod';

let stacks: Synthesised;
let place: Place;
let wired: readonly WiredFunction[];

beforeAll(async () => {
  stacks = await synthesise(env);
  place = placeIn(stacks, env, defaultSettings);
  wired = wireFunctions(place);
});

const functions = () => findResources(stacks.stateless, 'AWS::Lambda::Function');

test('there is one function for each route, task and hook, named after it', () => {
  const names = functions().map(([, { Properties }]) => Properties['FunctionName']);

  expect(names.toSorted()).toEqual(wired.map(({ name }) => name).toSorted());
  expect(new Set(names).size).toBe(names.length);
});

test('they run as ES modules on Node 24 and Graviton, traced, each from a bundle of its own', () => {
  const files = new Set(wired.map(({ file }) => file));

  const bundles = new Set(functions().map(([, { Properties }]) => JSON.stringify(Properties['Code'])));

  for (const [, { Properties }] of functions()) {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
    });
  }
  expect(bundles.size).toBe(files.size);
});

test('they have the memory and the time of their kind', () => {
  const given = functions().map(([, { Properties }]) => [
    Properties['FunctionName'],
    Properties['MemorySize'],
    Properties['Timeout'],
  ]);

  expect(given.toSorted()).toEqual(
    wired.map(({ name, memoryMB, timeoutSeconds }) => [name, memoryMB, timeoutSeconds]).toSorted(),
  );
});

test('no request waits for a function that API Gateway has given up', () => {
  const answering = wired.filter(({ id, kind }) => kind === 'api' || id === 'Authorize');

  expect(answering.filter(({ timeoutSeconds }) => timeoutSeconds > 29)).toEqual([]);
});

test('they are given the environment of their needs and no other variable', () => {
  const given = functions().map(([, { Properties }]) => {
    const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
    const rendered = Object.entries(Variables).map(([name, value]) => [name, render(value)]);
    return [Properties['FunctionName'], Object.fromEntries(rendered)];
  });

  expect(Object.fromEntries(given)).toEqual(
    Object.fromEntries(wired.map(({ name, environment }) => [name, environment])),
  );
});

test('each writes a log of its own, which is kept for a time', () => {
  const logs = new Map(findResources(stacks.stateless, 'AWS::Logs::LogGroup'));

  for (const [, { Properties }] of functions()) {
    const { LogGroup } = Properties['LoggingConfig'] as { LogGroup: unknown };
    expect(logs.get(idIn(LogGroup))?.Properties).toMatchObject({
      LogGroupName: `/aws/lambda/${Properties['FunctionName']}`,
      RetentionInDays: 180,
    });
  }
});

test('the account’s concurrency is for all of them, unless some of it is reserved by a setting', async () => {
  const reserved = await synthesise(env, { reservedReports: '100', reservedAuthorizers: '50' });

  const listReserved = ({ stateless }: Synthesised) =>
    findResources(stateless, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
      'ReservedConcurrentExecutions' in Properties
        ? [[Properties['FunctionName'], Properties['ReservedConcurrentExecutions']]]
        : [],
    );

  expect(listReserved(stacks)).toEqual([]);
  expect(listReserved(reserved)).toEqual([
    [`${env}-reportInstance`, 100],
    [`${env}-Authorize`, 50],
  ]);
});

test('migrations run at a deploy that changes them, before any other function gets new code', () => {
  const { id: migration, Properties } = onlyResource(stacks.stateless, 'Custom::Migration');

  const [migrate] = functions().find(([, { Properties }]) => Properties['FunctionName'] === `${env}-Migrate`) ?? [];
  const others = functions().filter(([id]) => id !== migrate);

  expect(Properties).toEqual({
    ServiceToken: { 'Fn::GetAtt': [migrate, 'Arn'] },
    ServiceTimeout: '960',
    ClusterArn: expect.anything(),
    MigrationsHash: hashMigrations(readOwnMigrations()),
    AllowDestructive: 'false',
  });
  expect(others.length).toBeGreaterThan(30);
  expect(others.filter(([, { DependsOn = [] }]) => !DependsOn.includes(migration))).toEqual([]);
});

test('a deploy makes the first admin token anew when it is told to', async () => {
  const again = await synthesise(env, { adminTokenRevision: '2' });

  const { Properties } = onlyResource(again.stateless, 'Custom::Migration');

  expect(Properties['AdminTokenRevision']).toBe('2');
});

test('a deploy may drop what holds data only when it is asked to', async () => {
  const allowed = await synthesise(env, { allowDestructiveMigrations: 'true' });

  const migration = onlyResource(allowed.stateless, 'Custom::Migration');

  expect(migration.Properties['AllowDestructive']).toBe('true');
});
