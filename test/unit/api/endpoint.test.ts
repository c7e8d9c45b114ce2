import { describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { limit, serviceName, text } from '../../../functions/api/fields.ts';
import { postInput } from '../../../functions/api/request.ts';
import { Refusal } from '../../../functions/domain/refusal.ts';
import { endpoint } from '../../../functions/platform/endpoint.ts';
import { ask, type Handler, requestId } from './event.ts';

vi.hoisted(() => {
  process.env['ACCESS'] = 'open';
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const body = z.strictObject({
  name: serviceName,
  tags: z.optional(z.array(text(5))),
  deep: z.optional(z.array(z.strictObject({ n: z.number() }))),
});
const schema = postInput({ path: { service: serviceName }, query: { limit: z.optional(limit) }, body });
const optional = postInput({ body: z.optional(z.strictObject({ reason: z.optional(text(10)) })) });

const echo = endpoint(schema, async asked => ({ status: 201, body: asked })) as Handler;
const good = { path: { service: 'a' }, body: { name: 'b' } };

const faultsOf = async (asked: object) => (await ask(echo, { ...good, ...asked })).body['errors'];

describe('an answer', () => {
  test('is JSON with the status that the handler gave', async () => {
    const told = await ask(echo, good);

    expect(told.status).toBe(201);
    expect(told.headers).toEqual({ 'content-type': 'application/json' });
    expect(told.body).toMatchObject({ path: { service: 'a' }, query: {}, body: { name: 'b' } });
  });

  test('is by what the authorizer says of the caller', async () => {
    const known = await ask(echo, { ...good, authorizer: { name: 'ann', role: 'operator', principalId: 'x' } });
    const unknown = await ask(echo, good);

    expect(known.body['actor']).toEqual({ name: 'ann', role: 'operator' });
    expect(unknown.body['actor']).toEqual({ name: 'anonymous', role: 'admin' });
  });

  test('takes path parameters as they were sent, decoded once', async () => {
    const told = await ask(echo, { ...good, path: { service: 'a%2Eb' } });

    expect(told.body['path']).toEqual({ service: 'a.b' });
    expect(await faultsOf({ path: { service: 'a%252Eb' } })).toMatchObject([{ path: 'path.service' }]);
  });

  test('reads a body in base64', async () => {
    const told = await ask(echo, {
      ...good,
      body: Buffer.from('{"name":"b"}').toString('base64'),
      isBase64Encoded: true,
    });

    expect(told.body).toMatchObject({ body: { name: 'b' } });
  });

  test('needs no body where none is required', async () => {
    const handler = endpoint(optional, async ({ body }) => ({ status: 200, body: { got: body ?? null } })) as Handler;

    expect((await ask(handler)).body).toEqual({ got: null });
    expect((await ask(handler, { body: '' })).body).toEqual({ got: null });
    expect((await ask(handler, { body: { reason: 'r' } })).body).toEqual({ got: { reason: 'r' } });
  });
});

describe('a faulty request', () => {
  test('is told all its faults at once, each with its path', async () => {
    const told = await ask(echo, {
      path: { service: '-' },
      query: { limit: '501', other: '1' },
      headers: { 'Idempotency-Key': 'a b' },
      body: { name: 3, tags: ['ok', 'too long', null], deep: [{ n: 1 }, { n: 'x', m: 1 }], more: {}, 'a b': 1 },
    });

    expect(told.status).toBe(400);
    expect(told.headers['content-type']).toBe('application/problem+json');
    expect(told.body).toMatchObject({ code: 'invalidRequest', status: 400, requestId });
    expect((told.body['errors'] as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'body.deep[1].m',
      'body.deep[1].n',
      'body.more',
      'body.name',
      'body.tags[1]',
      'body.tags[2]',
      'body["a b"]',
      'headers.idempotency-key',
      'path.service',
      'query.limit',
      'query.other',
    ]);
  });

  test.each([
    ['missing', undefined, 'is required'],
    ['empty', '', 'is required'],
    ['not JSON', '{"name":', 'is not JSON'],
    ['no object', '[]', 'must be an object'],
    ['null', 'null', 'must be an object'],
    ['too large', JSON.stringify({ name: 'a', tags: ['x'.repeat(256 * 1024)] }), 'is larger than 256 KiB'],
  ])('with a body that is %s says so, and that alone of it', async (_, body, message) => {
    expect(await faultsOf({ body })).toEqual([{ path: 'body', message }]);
  });

  test('with a body that cannot be read is told its other faults too', async () => {
    const faults = await faultsOf({ body: '{', path: { service: '%zz' }, query: { limit: ['1', '2'] } });

    expect(faults).toEqual([
      { path: 'path.service', message: 'is not valid percent-encoding' },
      { path: 'query.limit', message: 'is given more than once' },
      { path: 'body', message: 'is not JSON' },
    ]);
  });

  test.each(['__proto__', 'constructor', 'toString'])('cannot reach prototypes by the field %s', async field => {
    expect(await faultsOf({ body: `{"name":"a","${field}":{"polluted":true}}` })).toEqual([
      { path: `body.${field}`, message: 'is not a known field' },
    ]);
    expect('polluted' in {}).toBe(false);
  });

  test.each(['a\0b', '\ud800'])('with text that the database cannot hold is refused: %j', async tag => {
    expect(await faultsOf({ body: { name: 'a', tags: [tag] } })).toMatchObject([{ path: 'body.tags[0]' }]);
  });

  test('of many thousand faults is answered in bounds', async () => {
    const body = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`f${at}`, 1]));

    expect(await faultsOf({ body })).toHaveLength(500);
  });

  test('nested far deeper than anything known is a fault like any other', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect(await faultsOf({ body: `{"name":"a","deep":${deep}}` })).toMatchObject([{ path: 'body.deep[0]' }]);
  });

  test('is refused by what goes before its faults', async () => {
    const precheck = vi.fn(async () => {
      throw new Refusal('statusConflict', 'It is paused.', { status: 'paused' });
    });
    const handler = endpoint(schema, async () => ({ status: 200, body: {} }), { precheck }) as Handler;

    const faulty = await ask(handler, { ...good, body: { nam: 'b' } });
    const sound = await ask(handler, good);

    expect(faulty).toMatchObject({
      status: 409,
      body: { code: 'statusConflict', status: 409, deploymentStatus: 'paused' },
    });
    expect(sound.status).toBe(200);
    expect(precheck).toHaveBeenCalledOnce();
  });
});

describe('a request under an Idempotency-Key', () => {
  const once = endpoint(schema, async ({ once, operationID }) => ({
    status: 200,
    body: { once, operationID },
  })) as Handler;
  const keyOf = async (asked: object) =>
    (await ask(once, { ...good, headers: { 'idempotency-key': 'k' }, ...asked })).body as {
      once: { key: string; fingerprint: string };
      operationID: string;
    };

  test('is the same however its body is written', async () => {
    const one = await keyOf({ body: '{"name":"b","tags":[]}' });
    const other = await keyOf({ body: '{ "tags": [], "name": "b" }', headers: { 'IDEMPOTENCY-KEY': 'k' } });

    expect(other).toEqual(one);
  });

  test.each([
    { body: { name: 'c' } },
    { path: { service: 'z' } },
    { query: { limit: '1' } },
    { method: 'PUT' },
    { authorizer: { principalId: 't-1', name: 'ann', role: 'operator' } },
  ])('is another one with %j', async different => {
    expect((await keyOf(different)).once.fingerprint).not.toBe((await keyOf({})).once.fingerprint);
  });

  test('is refused where its body is nested too deeply to be told from others', async () => {
    const open = endpoint(postInput({ body: z.unknown() }), async () => ({ status: 200, body: {} })) as Handler;
    const body = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    const { status, body: told } = await ask(open, { headers: { 'idempotency-key': 'k' }, body });

    expect(status).toBe(400);
    expect(told['errors']).toEqual([{ path: 'body', message: 'is nested too deeply' }]);
  });

  test('is another one for each caller, also of one name and role', async () => {
    const of = (principalId: string) => keyOf({ authorizer: { principalId, name: 'ann', role: 'operator' } });

    const [one, again, other] = [await of('t-1'), await of('t-1'), await of('t-2')];

    expect(again).toEqual(one);
    expect(other.once.fingerprint).not.toBe(one.once.fingerprint);
  });

  test('is never one without a key, even where its client has sent the id of another request', async () => {
    const keyless = [{ headers: {} }, { headers: {} }, { method: 'PUT' }];

    const keys = await Promise.all(keyless.map(async asked => (await keyOf(asked)).once.key));

    expect(new Set(keys).size).toBe(keyless.length);
    for (const key of keys) {
      expect(key).not.toContain(requestId);
      // Which no client can send.
      expect(await faultsOf({ headers: { 'idempotency-key': key } })).toHaveLength(1);
    }
  });
});

describe('an error', () => {
  const failing = (error: unknown) => endpoint(schema, () => Promise.reject(error)) as Handler;

  test('that is a refusal becomes a problem document with its details', async () => {
    const refusal = new Refusal('serviceHasDependents', 'Others depend on it.', { dependents: ['b'] });

    const told = await ask(failing(refusal), good);

    expect(told.status).toBe(409);
    expect(told.body).toEqual({
      type: 'urn:service-manager:problem:serviceHasDependents',
      title: 'Service has dependents',
      status: 409,
      detail: 'Others depend on it.',
      code: 'serviceHasDependents',
      requestId,
      dependents: ['b'],
    });
  });

  test('that passes says when to try again', async () => {
    const told = await ask(failing(new Refusal('databaseBusy', 'Busy.', { retryAfterSeconds: 1 })), good);

    expect(told).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  });

  test.each([new Error('secret at 10.0.0.1'), 'a string', undefined])(
    'that nobody foresaw tells nothing of itself: %s',
    async error => {
      const told = await ask(failing(error), good);

      expect(told).toMatchObject({ status: 500, body: { code: 'internalError', requestId } });
      expect(JSON.stringify(told)).not.toContain('secret');
    },
  );
});
