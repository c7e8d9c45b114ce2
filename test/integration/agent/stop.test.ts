import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../../infra/agent/health.ts';
import { isRunning } from './is-running.ts';
import { desire, startScriptedApi } from './scripted-api.ts';
import { startAgent } from './start-agent.ts';

describe('an agent that is stopped', () => {
  it('ends at once where nothing runs, also amid a report and a look at the health', async () => {
    await using api = await startScriptedApi(() => new Promise(() => {}));
    const reporting = startAgent({ url: api.url });
    const looking = startAgent({ url: api.url, checkHealth: checkCommand('exec sleep 5', process.env, 5_000) });
    await api.until(() => true);
    const stoppedAt = Date.now();

    await Promise.all([reporting.stop(), looking.stop()]);

    expect(Date.now() - stoppedAt).toBeLessThan(1_000);
  });

  it('lets a running command finish, reports its success, and begins no other', async () => {
    await using api = await startScriptedApi(({ version }) => desire(version === '1.1.0' ? '1.2.0' : '1.1.0'));
    const agent = startAgent({ url: api.url, exec: 'echo begun; sleep 0.3; echo ended', timing: { stopMs: 5_000 } });
    await expect.poll(agent.output).toBe('begun\n');

    await agent.stop();

    expect(agent.output()).toBe('begun\nended\n');
    expect(agent.logs.filter(line => line.startsWith('installing'))).toHaveLength(1);
    expect(api.reports.at(-1)).toMatchObject({ version: '1.1.0', outcome: 'succeeded' });
  });

  it('kills a command that goes on too long, with all it has started, and passes no verdict', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1' }));
    const agent = startAgent({ url: api.url, exec: 'sleep 60 & echo $!; wait' });
    await expect.poll(agent.output).not.toBe('');

    await agent.stop();

    await expect.poll(() => isRunning(Number(agent.output()))).toBe(false);
    expect(api.reports.every(({ outcome }) => outcome === undefined)).toBe(true);
    expect(agent.logs.at(-1)).toBe('stopped');
  });

  it('gives what the command has started its time to end well', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1' }));
    const job = 'trap "sleep 0.2; echo cleaned up; exit" TERM; echo begun; while :; do sleep 0.05; done';
    const agent = startAgent({ url: api.url, exec: `sh -c '${job}'; true`, timing: { stopMs: 50 } });
    await expect.poll(agent.output).toBe('begun\n');

    await agent.stop();

    expect(agent.output()).toContain('cleaned up');
  });
});
