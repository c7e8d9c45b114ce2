import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAwsEndpoint } from '../../../infra/local/aws-endpoint.ts';
import { createLambda, type Lambda } from '../../../infra/local/lambda/create-lambda.ts';
import { type FakePrometheus, say, startFakePrometheus } from '../../support/fake-prometheus.ts';

// What a function in the network of a server does for all others, over Lambda's own protocol.

const functionName = 'prod-QueryPrometheus';

let prometheus: FakePrometheus;
let lambda: Lambda;
let endpoint: Server;
let asking: typeof import('../../../functions/platform/prometheus/ask.ts');

beforeAll(async () => {
  prometheus = await startFakePrometheus();
  lambda = createLambda({
    region: 'us-east-1',
    accountId: '000000000000',
    functions: [
      {
        name: functionName,
        file: new URL('../../../functions/hooks/QueryPrometheus.ts', import.meta.url),
        environment: { PROMETHEUS_URL: prometheus.url },
        timeoutSeconds: 29,
        memoryMB: 512,
      },
      {
        name: 'prod-Broken',
        file: new URL('../lambda/fixtures/no-handler.ts', import.meta.url),
        environment: {},
        timeoutSeconds: 29,
        memoryMB: 512,
      },
    ],
  });
  endpoint = createServer(createAwsEndpoint([lambda], () => undefined));
  await new Promise<void>(done => {
    endpoint.listen(0, '127.0.0.1', done);
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    PROMETHEUS_FUNCTION: functionName,
    PROMETHEUS_TIMEOUT_SECONDS: '5',
  });
  asking = await import('../../../functions/platform/prometheus/ask.ts');
});
beforeEach(() => prometheus.answer());
afterAll(async () => {
  prometheus.close();
  endpoint.closeAllConnections();
  endpoint.close();
  await lambda.close();
});

const ask = (atMostBytes = 30_000_000) =>
  asking.ask({ operation: 'query', parameters: { query: 'up{a="ü"}', time: '1' }, atMostBytes });

const answerOf = (text: string) => ({ status: 'success', data: { resultType: 'string', result: [1, text] } });

test('it asks what others ask it, and hands on what it is told, as it is', async () => {
  const text = `${JSON.stringify(answerOf('ü"\\'), undefined, 2)}\n`;
  prometheus.answer(say(200, text));

  const told = await ask();

  expect(prometheus.asked.at(-1)).toMatchObject({ path: '/api/v1/query', form: { query: 'up{a="ü"}', time: '1' } });
  expect(told).toEqual({ text, body: answerOf('ü"\\') });
});

test('it hands on more than a function answers, since metrics repeat themselves', async () => {
  const body = answerOf('{"__name__":"up","instance":"a"},'.repeat(600_000));
  prometheus.answer(say(200, body));

  const told = await ask();

  expect(told.text.length).toBeGreaterThan(19_000_000);
  expect(told.body).toEqual(body);
});

test('what is too large even so is told as that', async () => {
  prometheus.answer(say(200, answerOf(randomBytes(5_000_000).toString('hex'))));
  await expect(ask()).rejects.toMatchObject({ kind: 'tooLarge' });

  await expect(ask(1_000_000)).rejects.toMatchObject({ kind: 'tooLarge' });
});

test('what goes wrong between it and the server is told as it was', async () => {
  prometheus.answer(say(400, { status: 'error', errorType: 'bad_data', error: 'parse error' }));
  await expect(ask()).rejects.toMatchObject({
    code: 'metricsUnavailable',
    kind: 'refused',
    message: 'Prometheus refuses the query: parse error',
  });

  prometheus.answer(() => undefined);
  await expect(ask()).rejects.toMatchObject({ kind: 'timedOut', message: 'Prometheus did not answer within 5 s.' });
});

test('a function that fails, or is not there, is one that cannot be reached', async () => {
  const { askFunction } = await import('../../../functions/platform/prometheus/ask-function.ts');
  const question = { operation: 'query', parameters: {}, atMostBytes: 1, timeoutMs: 1_000 } as const;

  await expect(askFunction('prod-Broken', question)).rejects.toMatchObject({ kind: 'unreachable' });
  await expect(askFunction('prod-Nobody', question)).rejects.toMatchObject({
    kind: 'unreachable',
    message: 'The function that asks Prometheus failed: ResourceNotFoundException.',
  });
});
