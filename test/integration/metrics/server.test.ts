import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TimedQuestion } from '../../../functions/platform/prometheus/ask.ts';
import { askServer } from '../../../functions/platform/prometheus/ask-server.ts';
import { type Act, type Asked, type FakePrometheus, say, startFakePrometheus } from '../../support/fake-prometheus.ts';

const question: TimedQuestion = {
  operation: 'query_range',
  parameters: { query: 'up', step: '60' },
  atMostBytes: 100_000,
  timeoutMs: 1000,
};
const success = { status: 'success', data: { resultType: 'matrix', result: [] } };

let prometheus: FakePrometheus;

beforeAll(async () => {
  prometheus = await startFakePrometheus();
});
beforeEach(() => prometheus.answer(say(200, success)));
afterAll(() => prometheus.close());

const ask = (url = prometheus.url, more: object = {}) => askServer({ url, isSigned: false, ...more }, question);

/** What becomes of a question, and in how many seconds. */
async function askFailing(url?: string) {
  const begin = performance.now();
  const error = await ask(url).then(
    () => undefined,
    (reason: { kind: string; message: string }) => reason,
  );
  return { kind: error?.kind, message: error?.message, seconds: (performance.now() - begin) / 1000 };
}

describe('a server is asked', () => {
  test.each([
    ['in its address', 'GET', 'up{a="ü+&="}'],
    ['by a form, where that is too long for an address', 'POST', `up{a=~"${'x'.repeat(4000)}"}`],
  ])('%s, and told not to work longer than it is waited for', async (_, method, query) => {
    const { text, body } = await askServer(
      { url: prometheus.url, isSigned: false },
      { ...question, parameters: { query, step: '60' } },
    );

    expect([text, body]).toEqual([JSON.stringify(success), success]);
    expect(prometheus.asked.at(-1)).toMatchObject({
      ...{ method, path: '/api/v1/query_range' },
      form: { query, step: '60', timeout: '900ms' },
    });
  });

  test.each([
    ['/', '/api/v1/query_range', {}],
    ['/prometheus', '/prometheus/api/v1/query_range', {}],
    ['/a/b/', '/a/b/api/v1/query_range', {}],
    ['/a?tenant=x', '/a/api/v1/query_range', { tenant: 'x' }],
  ])('below the path %s of its address', async (address, path, form) => {
    await ask(prometheus.url + address);

    expect(prometheus.asked.at(-1)).toMatchObject({ path, form: { query: 'up', ...form } });
  });

  test('with the name and password of its address, or with a token', async () => {
    await ask(prometheus.url.replace('//', '//ann:p%40ss@'));
    await ask(prometheus.url.replace('//', '//ann:100%@'));
    await ask(prometheus.url.replace('//', '//:p@'));
    await ask(undefined, { token: 'secret' });
    await ask(prometheus.url.replace('//', '//ann:p@'), { token: 'secret' });

    expect(prometheus.asked.slice(-5).map(({ headers }) => headers.authorization)).toEqual([
      ...['ann:p@ss', 'ann:100%', ':p'].map(text => `Basic ${Buffer.from(text).toString('base64')}`),
      'Bearer secret',
      'Bearer secret',
    ]);
  });

  test('and no token that is none of a header is shown to anybody', async () => {
    const error = await ask(undefined, { token: 'sec\nret' }).catch(String);

    expect(error).toBe('ProviderError: Prometheus cannot be reached: TypeError.');
  });

  test('again when the connection that was kept turns out to be closed', async () => {
    let times = 0;
    prometheus.answer((response, asked) => {
      times += 1;
      if (times === 1) response.destroy();
      else say(200, success)(response, asked);
    });

    expect((await ask()).body).toEqual(success);
    expect(times).toBe(2);
  });
});

const cutOff: Act = response => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"status":"succ', () => response.destroy());
};

const cutOffInChunks: Act = response => {
  response.writeHead(200);
  response.write('{"status":"succ', () => response.destroy());
};

const drip: Act = async response => {
  response.writeHead(200);
  for (const letter of JSON.stringify(success).repeat(2)) {
    if (response.destroyed) return;
    response.write(letter);
    await delay(100);
  }
};

const promError = (errorType: string, error: string) => ({ status: 'error', errorType, error });

describe('what a server does wrong is told apart:', () => {
  test.each<[string, Act, string, RegExp]>([
    ['breaks off', response => response.destroy(), 'unreachable', /^Prometheus cannot be reached: /],
    ['cuts its answer off', cutOff, 'unreachable', /^Prometheus cannot be reached: /],
    ['cuts off a part', cutOffInChunks, 'unreachable', /^Prometheus cannot be reached: /],
    ['gives up', say(503, promError('timeout', 'query timed out')), 'timedOut', /gave up: query timed out/],
    ['refuses the query', say(400, promError('bad_data', 'parse error')), 'refused', /refuses the query: parse error/],
    [
      'says much',
      say(400, promError('bad_data', `${'x'.repeat(499)}\u{1f525}`)),
      'refused',
      /refuses the query: x{499}\ufffd$/,
    ],
    ['finds too much', say(422, promError('execution', 'too many samples')), 'refused', /: too many samples/],
    ['refuses it without words', say(400, 'Bad Request'), 'refused', /: status 400/],
    ['fails', say(500, 'oops'), 'failed', /answered with status 500\.$/],
    ['fails with words', say(500, promError('internal', 'no disk')), 'failed', /status 500: no disk$/],
    ['is throttled', say(429, ''), 'failed', /status 429/],
    ['wants other credentials', say(401, ''), 'failed', /refuses our credentials, with status 401/],
    ['sends elsewhere', say(302, '', { location: 'http://127.0.0.1:1/' }), 'failed', /redirect \(302\)/],
    ['is another program', say(200, '<html>'), 'failed', /something else than an answer/],
    ['says nothing', say(200, ''), 'failed', /something else than an answer/],
    ['says no', say(200, promError('internal', 'no')), 'failed', /something else than an answer: no/],
  ])('one that %s', async (_, act, kind, message) => {
    prometheus.answer(act);

    const told = await askFailing();

    expect(told).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  test('one that sends elsewhere is not followed', async () => {
    const other = await startFakePrometheus();
    prometheus.answer(say(307, '', { location: `${other.url}/api/v1/query_range` }));

    await askFailing();

    expect(other.asked).toEqual([]);
    other.close();
  });

  test.each<[string, Act]>([
    ['never answers', () => undefined],
    ['answers a letter at a time', drip],
  ])('one that %s is given up in time', async (_, act) => {
    prometheus.answer(act);

    const told = await askFailing();

    expect(told).toMatchObject({ kind: 'timedOut', message: 'Prometheus did not answer within 1 s.' });
    expect(told.seconds).toBeGreaterThan(0.9);
    expect(told.seconds).toBeLessThan(2.5);
  });

  test('an answer without an end is not read to its end', async () => {
    let written = 0;
    const flood = createServer((_, response) => {
      const write = () => {
        while (!response.destroyed && written < 500e6) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536, ' '))) return void response.once('drain', write);
        }
      };
      write();
    });
    await new Promise<void>(done => flood.listen(0, '127.0.0.1', done));

    const told = await askFailing(`http://127.0.0.1:${(flood.address() as AddressInfo).port}`);
    flood.closeAllConnections();
    flood.close();

    expect(told.kind).toBe('tooLarge');
    expect(written).toBeLessThan(50e6);
  });

  test('an answer that is small only while it is packed is not unpacked', async () => {
    const packed = gzipSync(Buffer.alloc(50e6, ' '));
    prometheus.answer(response => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(packed);
    });

    const told = await askFailing();

    expect(packed.length).toBeLessThan(question.atMostBytes);
    expect(told.kind).toBe('tooLarge');
  });

  test('one that is packed and has room is read', async () => {
    prometheus.answer(response => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify(success)));
    });

    expect((await ask()).body).toEqual(success);
  });

  test('one that cannot be found, without a word of its address', async () => {
    const gone = await startFakePrometheus();
    gone.close();

    const told = [await askFailing(gone.url), await askFailing('http://ann:secret@prometheus.invalid')];

    expect(told.map(({ kind }) => kind)).toEqual(['unreachable', 'unreachable']);
    expect(told[0]?.message).toBe('Prometheus cannot be reached: ECONNREFUSED.');
    expect(told[1]?.message).toMatch(/^Prometheus cannot be reached: (ENOTFOUND|EAI_AGAIN)\.$/);
  });
});

test('a request to the managed service has a signature of AWS, which this server works out too', async () => {
  const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'hidden' };
  Object.assign(process.env, environment, { AWS_SESSION_TOKEN: 'session' });

  await ask(`${prometheus.url}/workspaces/ws-1/`, { isSigned: true });

  const { path = '', headers = {}, body = '' }: Partial<Asked> = prometheus.asked.at(-1) ?? {};
  const [, day = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=AKID\/(\d{8})\/eu-west-1\/aps\/aws4_request, SignedHeaders=([\w;-]+), Signature=(\w{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const lines = signed.split(';').map(name => `${name}:${headers[name]}\n`);
  const canonical = ['POST', path, '', lines.join(''), signed, hash(body)].join('\n');
  const scope = `${day}/eu-west-1/aps/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = [day, 'eu-west-1', 'aps', 'aws4_request'].reduce<string | Buffer>(hmac, 'AWS4hidden');
  expect(path).toBe('/workspaces/ws-1/api/v1/query_range');
  expect(signed.split(';')).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']));
  expect(headers['x-amz-security-token']).toBe('session');
  expect(signature).toBe(hmac(key, toSign).toString('hex'));
});
