import { describe, expect, it } from 'vitest';
import { desire, type ScriptedAnswer, startScriptedApi } from './scripted-api.ts';
import { startAgent } from './start-agent.ts';

describe('how an agent reports', () => {
  it('names its service, instance, token, labels and version', async () => {
    await using api = await startScriptedApi(() => desire(null));
    await using _ = startAgent({
      url: api.url,
      api: { url: api.url, token: 'secret' },
      id: 'arn:aws:ecs/web 1',
      labels: { zone: 'a' },
    });

    const report = await api.until(() => true);

    expect(report.path).toBe('PUT /v1/services/checkout/instances/arn%3Aaws%3Aecs%2Fweb%201');
    expect(report.headers.authorization).toBe('Bearer secret');
    expect(report).toMatchObject({ version: '1.0.0', labels: { zone: 'a' } });
  });

  it('keeps the rhythm the API asks for, with growing numbers that begin at the time of day', async () => {
    const startedAt = Date.now();
    await using api = await startScriptedApi((_, index) =>
      desire(null, { reportAfterSeconds: index < 3 ? 0.05 : 0.3 }),
    );
    await using _ = startAgent({ url: api.url });

    await api.until((_, index) => index === 5);

    const times = api.reports.map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(gaps[0]).toBeLessThan(2_000);
    expect(gaps[3]).toBeGreaterThanOrEqual(290);
    expect(gaps[4]).toBeGreaterThanOrEqual(290);
    const numbers = api.reports.map(({ sequence }) => sequence);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers[0]).toBeGreaterThanOrEqual(startedAt);
  });
});

describe('an agent that the API does not serve', () => {
  it.each<[string, ScriptedAnswer]>([
    ['a fault of the server', { status: 500 }],
    ['too many requests', { status: 429 }],
    ['a page of something else', { status: 200, body: '<html>' }],
  ])('backs off after %s, and goes on when it is over', async (_, trouble) => {
    await using api = await startScriptedApi((_, index) => (index < 5 ? trouble : desire('1.1.0')));
    await using agent = startAgent({ url: api.url });

    await api.until(({ version }) => version === '1.1.0');

    const [first = 0, second = 0, , , fifth = 0, sixth = 0] = api.reports.map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(9);
    expect(sixth - fifth).toBeGreaterThanOrEqual(49);
    expect(agent.logs.filter(line => line.startsWith('the API is not available'))).toHaveLength(5);
    expect(agent.logs).toContain('the API answers');
  });

  it('waits as long as Retry-After says', async () => {
    await using api = await startScriptedApi((_, index) =>
      index === 0 ? { status: 503, headers: { 'retry-after': '0.5' } } : desire(null),
    );
    await using _ = startAgent({ url: api.url });

    const second = await api.until((_, index) => index === 1);

    expect(second.at - (api.reports[0]?.at ?? 0)).toBeGreaterThanOrEqual(490);
  });

  it('survives that nobody listens', async () => {
    const api = await startScriptedApi(() => desire(null));
    await api[Symbol.asyncDispose]();
    await using agent = startAgent({ url: api.url });

    await expect.poll(() => agent.logs.length).toBeGreaterThan(3);

    expect(agent.logs.at(-1)).toContain('ECONNREFUSED');
  });

  it.each([400, 401, 403, 404, 409])('says clearly what a %i means, and tries slowly', async status => {
    await using api = await startScriptedApi((_, index) =>
      index === 0 ? { status, body: { title: 'Wrong', status, detail: 'it is not so' } } : desire(null),
    );
    await using agent = startAgent({ url: api.url });

    const second = await api.until((_, index) => index === 1);

    expect(second.at - (api.reports[0]?.at ?? 0)).toBeGreaterThanOrEqual(190);
    expect(agent.logs).toContain(`the API refuses the report: ${status}: it is not so; next try in 0.2 s`);
  });

  it('with once, ends and says that it failed', async () => {
    await using api = await startScriptedApi(() => ({ status: 404 }));
    const agent = startAgent({ url: api.url, once: true });

    expect(await agent.done).toBe(false);
  });
});
