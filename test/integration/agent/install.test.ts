import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';
import { desire, startScriptedApi } from './scripted-api.ts';
import { startAgent } from './start-agent.ts';

describe('an agent whose instance should run another version', () => {
  it('runs the command with what it needs to know, and reports the new version', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { artifact: 's3://b/app.zip', deployID: 'd-1' }));
    await using agent = startAgent({ url: api.url, exec: 'env | grep ^SERVICE_MANAGER_ | sort' });

    const report = await api.until(({ version }) => version === '1.1.0');

    expect(report).toMatchObject({ outcome: 'succeeded', deployID: 'd-1' });
    expect(agent.output().trim().split('\n')).toEqual([
      'SERVICE_MANAGER_ARTIFACT=s3://b/app.zip',
      'SERVICE_MANAGER_DEPLOYMENT_ID=d-1',
      'SERVICE_MANAGER_INSTANCE=i-1',
      'SERVICE_MANAGER_PREVIOUS_VERSION=1.0.0',
      'SERVICE_MANAGER_SERVICE=checkout',
      'SERVICE_MANAGER_VERSION=1.1.0',
    ]);
  });

  it('goes on reporting the old version while the command runs', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0'));
    await using _ = startAgent({ url: api.url, exec: 'sleep 0.4' });

    await api.until(({ version }) => version === '1.1.0');

    const before = api.reports.filter(({ version }) => version === '1.0.0');
    expect(before.length).toBeGreaterThan(2);
    expect(before.every(({ outcome }) => outcome === undefined)).toBe(true);
  });

  it('with once, does not end before it has told what ended while a report was under way', async () => {
    const slowly = (index: number) => setTimeout(index === 1 ? 500 : 0, desire('1.1.0'));
    await using api = await startScriptedApi((_, index) => slowly(index));
    await using agent = startAgent({ url: api.url, exec: 'sleep 0.2', once: true });

    const isDone = await agent.done;

    expect(isDone).toBe(true);
    expect(api.reports.at(-1)).toMatchObject({ version: '1.1.0', outcome: 'succeeded' });
  });

  it('reports the new one at once, however long its rhythm', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { reportAfterSeconds: 60 }));
    await using _ = startAgent({ url: api.url });

    const report = await api.until((_, index) => index === 1);

    expect(report.version).toBe('1.1.0');
  });

  it('reports an outcome until the API has taken it, and then no more', async () => {
    await using api = await startScriptedApi(({ outcome }, index) =>
      outcome && index < 4 ? { status: 503 } : desire('1.1.0', { deployID: 'd-1' }),
    );
    await using _ = startAgent({ url: api.url });

    const plain = await api.until(({ version, outcome }) => version === '1.1.0' && outcome === undefined);

    const outcomes = api.reports.filter(({ sequence }) => sequence < plain.sequence).map(({ outcome }) => outcome);
    expect(outcomes).toEqual([undefined, 'succeeded', 'succeeded', 'succeeded', 'succeeded']);
  });

  it('does nothing where no version is wanted', async () => {
    await using api = await startScriptedApi(() => desire(null));
    await using agent = startAgent({ url: api.url, version: null, exec: 'echo ran' });

    await api.until((_, index) => index === 3);

    expect(api.reports.every(({ version }) => version === null)).toBe(true);
    expect(agent.output()).toBe('');
  });

  it('writes the version file for the next start', async () => {
    await using folder = await makeFolder();
    const versionFile = join(folder.path, 'new', 'version');
    await using api = await startScriptedApi(() => desire('2.0.0'));
    await using _ = startAgent({ url: api.url, versionFile });

    await api.until(({ version }) => version === '2.0.0');

    expect(await readFile(versionFile, 'utf8')).toBe('2.0.0\n');
  });

  it('goes on where the version file cannot be written', async () => {
    await using api = await startScriptedApi(() => desire('2.0.0'));
    await using agent = startAgent({ url: api.url, versionFile: '/dev/null/version' });

    await api.until(({ version }) => version === '2.0.0');

    expect(agent.logs.join('\n')).toContain('cannot write /dev/null/version');
  });

  it('does not wait for what the command leaves running in the background', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0'));
    await using _ = startAgent({ url: api.url, exec: 'sleep 5 & echo started' });

    const report = await api.until(({ version }) => version === '1.1.0');

    expect(report.outcome).toBe('succeeded');
  }, 3_000);

  it('with once, ends after the outcome was delivered', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { reportAfterSeconds: 60 }));
    const agent = startAgent({ url: api.url, once: true });

    const isWell = await agent.done;

    expect(isWell).toBe(true);
    expect(api.reports.map(({ version }) => version)).toEqual(['1.0.0', '1.1.0']);
  });

  it('with once, tells a failed command from a good one', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1', reportAfterSeconds: 60 }));
    const agent = startAgent({ url: api.url, once: true, exec: 'false' });

    const isWell = await agent.done;

    expect(isWell).toBe(false);
    expect(api.reports.map(({ outcome }) => outcome)).toEqual([undefined, 'failed']);
  });
});
