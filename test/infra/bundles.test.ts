import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, bundleFunctions } from '../../infra/bundle.ts';
import { localPlace } from '../../infra/local/place.ts';
import { type FunctionID, type WiredFunction, wireFunctions } from '../../infra/wiring.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { lambdaEnvironment, runNode } from './run-node.ts';

/** Every function there can be: the one that asks for others is there where their Prometheus is in a network of its own. */
const functions = wireFunctions({
  ...localPlace('servicemanager'),
  prometheus: { kind: 'inVpc', url: 'http://prometheus.internal:9090' },
});
const ids = functions.map(({ id }) => id);
/** The largest is of the task that judges: it has the judge, and every way to ask a Prometheus. */
const largestBytes = 360_000;

let folder: Folder;
let bundles: readonly Bundle[];

beforeAll(async () => {
  folder = await createFolder();
  bundles = await bundleFunctions(functions, folder.path);
});

afterAll(() => folder.remove());

describe.each(ids)('the bundle of %s', id => {
  test('is small', () => {
    const { bytes, parts } = find(id).bundle;

    const largest = Object.entries(parts).toSorted(([, one], [, other]) => other - one);

    expect(bytes, JSON.stringify(largest.slice(0, 10))).toBeLessThanOrEqual(largestBytes);
  });

  test('loads with the environment of its own needs, and exports its handler', async () => {
    const { bundle, wired } = find(id);

    const exported = await runNode(
      `const { handler } = await import(${JSON.stringify(pathToFileURL(bundle.file))}); console.log(typeof handler)`,
      { ...lambdaEnvironment, ...wired.environment },
    );

    expect(exported.trim()).toBe('function');
  });

  test('reads each variable that it is given', async () => {
    const { bundle, wired } = find(id);

    const code = [...(await readCode(bundle.folder)).values()].join('\n');

    expect(Object.keys(wired.environment).filter(name => !code.includes(`"${name}"`))).toEqual([]);
  });

  test('is granted each operation of AWS that it holds, and none of a service that it does not use', () => {
    const { bundle, wired } = find(id);
    const granted = wired.grants.flatMap(({ actions }) => actions);

    const held = Object.keys(bundle.parts).flatMap(toAction);

    expect(held.filter(action => !granted.includes(action))).toEqual([]);
    const services = new Set(held.map(serviceOf));
    // The Data API reads the secret in the name of its caller.
    if (services.has('rds-data')) services.add('secretsmanager');
    expect(granted.filter(action => !services.has(serviceOf(action)))).toEqual([]);
  });
});

test.each([
  { id: 'reportInstance', target: 'AWSStepFunctions' },
  { id: 'createDeployment', target: 'AWSStepFunctions' },
  { id: 'ChooseNext', target: 'AWSEvents' },
  { id: 'getMetric', target: 'X-Amz-Invocation-Type' },
] as const)('$id starts without the client of $target, which lies beside it', async ({ id, target }) => {
  const { bundle, wired } = find(id);

  const output = await runNode(
    `import { registerHooks } from 'node:module';
     const loaded = [];
     registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
     await import(${JSON.stringify(pathToFileURL(bundle.file))});
     console.log(JSON.stringify(loaded.map(url => url.split('/').at(-1))))`,
    { ...lambdaEnvironment, ...wired.environment },
  );

  const loaded = JSON.parse(output) as string[];
  const code = await readCode(bundle.folder);
  const holders = [...code.keys()].filter(name => code.get(name)?.includes(target));
  expect(loaded).toContain('index.mjs');
  expect(holders).not.toEqual([]);
  expect(holders.filter(name => loaded.includes(name))).toEqual([]);
});

test('a bundle is the same wherever it is built, and whatever else is: what has not changed is not deployed', async () => {
  const elsewhere = await createFolder();
  try {
    const [again] = await bundleFunctions(
      functions.filter(({ id }) => id === 'reportInstance'),
      join(elsewhere.path, 'deeper'),
    );

    expect(await readCode(again?.folder ?? '')).toEqual(await readCode(find('reportInstance').bundle.folder));
  } finally {
    await elsewhere.remove();
  }
});

test('a bundle signs its calls with the credentials that Lambda gives it', async () => {
  const { bundle, wired } = find('Reconcile');
  const rows = [
    { row: 'state', activeDeployments: 1 },
    { row: 'open', deployID: 'd-1', generation: 3, status: 'deploying' },
  ];
  const aws = await listen(async request => {
    if (request.url === '/Execute') return { records: rows.map(row => [{ stringValue: JSON.stringify(row) }]) };
    return { executionArn: 'arn', startDate: 1 };
  });

  const result = await runNode(
    `const { handler } = await import(${JSON.stringify(pathToFileURL(bundle.file))});
     console.log(JSON.stringify(await handler({}, {})))`,
    { ...lambdaEnvironment, ...wired.environment, AWS_ENDPOINT_URL: aws.url },
  ).finally(aws.close);

  expect(JSON.parse(result.trim().split('\n').at(-1) ?? '')).toMatchObject({ open: 1, replaced: 0 });
  expect(aws.requests.map(({ service }) => service)).toEqual(['rds-data', 'states']);
  expect(aws.requests.map(({ accessKey, token }) => [accessKey, token])).toEqual([
    [lambdaEnvironment.AWS_ACCESS_KEY_ID, lambdaEnvironment.AWS_SESSION_TOKEN],
    [lambdaEnvironment.AWS_ACCESS_KEY_ID, lambdaEnvironment.AWS_SESSION_TOKEN],
  ]);
});

function find(id: FunctionID): { bundle: Bundle; wired: WiredFunction } {
  const bundle = bundles.find(bundle => bundle.id === id);
  const wired = functions.find(wired => wired.id === id);
  if (!bundle || !wired) throw new Error(`There is no function ${id}.`);
  return { bundle, wired };
}

/** Name → text. */
async function readCode(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.mjs'));
  return new Map(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

const iamPrefixes: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  'secrets-manager': 'secretsmanager',
};

/** Where it is not named as the operation is. */
const iamActions: Readonly<Record<string, string>> = { Invoke: 'InvokeFunction' };

/** The IAM action of a file of the SDK, if it is a command. */
function toAction(path: string): string[] {
  const [, client = '', operation = ''] =
    /@aws-sdk\/client-([a-z-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(path) ?? [];
  return operation === '' ? [] : [`${iamPrefixes[client] ?? client}:${iamActions[operation] ?? operation}`];
}

function serviceOf(action: string): string {
  return action.split(':')[0] ?? '';
}

/** An endpoint that notes who asks for which service. */
async function listen(answer: (request: IncomingMessage) => Promise<object>) {
  const requests: { service?: string | undefined; accessKey?: string | undefined; token: unknown }[] = [];
  const server = createServer(async (request, response) => {
    await text(request);
    const scope = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '');
    requests.push({ accessKey: scope?.[1], service: scope?.[2], token: request.headers['x-amz-security-token'] });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await answer(request)));
  });
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => server.close(),
  };
}
