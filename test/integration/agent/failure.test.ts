import { describe, expect, it } from 'vitest';
import { isRunning } from './is-running.ts';
import { desire, startScriptedApi } from './scripted-api.ts';
import { startAgent } from './start-agent.ts';

describe('an agent whose command fails', () => {
  it('reports it once, with the deployment and the end of the output, and keeps the old version', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1' }));
    await using _ = startAgent({ url: api.url, exec: 'seq 5000; echo "no räum left" >&2; exit 3' });

    const report = await api.until(({ outcome }) => outcome !== undefined);

    expect(report).toMatchObject({ version: '1.0.0', outcome: 'failed', deployID: 'd-1' });
    expect(report.message).toMatch(/4999\n5000\nno räum left$/);
    expect(report.message?.length).toBe(2_000);
  });

  it('does not repeat it for the same deployment, and tries again for the next one', async () => {
    let deployID = 'd-1';
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID }));
    await using agent = startAgent({ url: api.url, exec: 'echo ran; exit 1' });
    const first = await api.until(({ outcome }) => outcome === 'failed');
    await api.until(({ at }) => at > first.at + 400);
    const ranBefore = agent.output();

    deployID = 'd-2';
    await api.until(report => report.outcome === 'failed' && report.deployID === 'd-2');

    expect(ranBefore).toBe('ran\n');
    expect(agent.output()).toBe('ran\nran\n');
  });

  it('installs the old version again when a rollback asks for it', async () => {
    let desired = '1.1.0';
    await using api = await startScriptedApi(() => desire(desired, { deployID: 'd-1' }));
    const exec = 'echo $SERVICE_MANAGER_VERSION; test $SERVICE_MANAGER_VERSION = 1.0.0';
    await using agent = startAgent({ url: api.url, exec });
    await api.until(({ outcome }) => outcome === 'failed');

    desired = '1.0.0';
    const restored = await api.until(({ outcome }) => outcome === 'succeeded');
    await api.until(({ sequence, outcome }) => sequence > restored.sequence && outcome === undefined);

    expect(restored.version).toBe('1.0.0');
    expect(agent.output()).toBe('1.1.0\n1.0.0\n');
  });

  it('repeats it ever less often where no deployment asks for the version', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0'));
    await using _ = startAgent({ url: api.url, exec: 'exit 1', timing: { repeat: { firstMs: 100, maxMs: 10_000 } } });
    const failures = () => api.reports.filter(({ outcome }) => outcome === 'failed');

    await api.until(() => failures().length === 4);

    const times = failures().map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(gaps[0]).toBeGreaterThanOrEqual(90);
    expect(gaps[1]).toBeGreaterThanOrEqual(190);
    expect(gaps[2]).toBeGreaterThanOrEqual(390);
  });

  it('says why where the command said nothing', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1' }));
    await using _ = startAgent({ url: api.url, exec: 'kill -9 $$' });

    const report = await api.until(({ outcome }) => outcome === 'failed');

    expect(report.message).toBe('killed by SIGKILL');
  });

  it('ends a command that takes too long, with all it has started', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1' }));
    await using agent = startAgent({ url: api.url, exec: 'sleep 60 & echo $!; wait', execTimeoutMs: 300 });

    const report = await api.until(({ outcome }) => outcome === 'failed');

    const pid = Number(agent.output());
    expect(report.message).toBe(`${pid}\ntimed out after 0.3 s`);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('reports a command that could not even be started', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1', artifact: 'a\0b' }));
    await using _ = startAgent({ url: api.url });

    const report = await api.until(({ outcome }) => outcome === 'failed');

    expect(report.message).toContain('null bytes');
  });
});
