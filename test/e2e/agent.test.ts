import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../integration/agent/make-folder.ts';
import { desire, startScriptedApi } from '../integration/agent/scripted-api.ts';
import { startProgram } from '../integration/agent/start-program.ts';

describe('the agent as a program', () => {
  it('installs what is wanted, stops at SIGTERM, and knows its version when it is started again', async () => {
    await using folder = await makeFolder();
    const versionFile = join(folder.path, 'version');
    await using api = await startScriptedApi(() => desire('1.1.0', { deployID: 'd-1' }));
    const args = ['agent', '--service', 'checkout', '--id', 'i-1', '--version', '1.0.0', '--version-file', versionFile];
    const exec = ['--exec', 'echo installing $SERVICE_MANAGER_VERSION without $SERVICE_MANAGER_TOKEN.'];
    const env = { SERVICE_MANAGER_URL: `${api.url}/v1/`, SERVICE_MANAGER_TOKEN: 'secret' };
    await using first = startProgram([...args, ...exec, '--label', 'zone=a'], env);
    const installed = await api.until(({ version }) => version === '1.1.0');

    first.child.kill('SIGTERM');
    const { code, stdout, stderr } = await first.ended;
    await using second = startProgram([...args, ...exec], env);
    const restarted = await api.until((report, i) => i > 0 && report.labels === undefined);
    second.child.kill('SIGINT');
    const again = await second.ended;

    expect(api.reports[0]).toMatchObject({ version: '1.0.0', labels: { zone: 'a' } });
    expect(installed.headers.authorization).toBe('Bearer secret');
    expect(await readFile(versionFile, 'utf8')).toBe('1.1.0\n');
    expect([code, stdout]).toEqual([0, 'installing 1.1.0 without .\n']);
    expect(stderr).toMatch(/^\S+Z checkout i-1: installed 1\.1\.0 in \d+\.\d s$/m);
    expect(restarted).toMatchObject({ version: '1.1.0', sequence: expect.any(Number) });
    expect(restarted.sequence).toBeGreaterThan(installed.sequence);
    expect([again.code, again.stdout]).toEqual([0, '']);
  });

  it('with --once, ends by itself though what it installed runs on', async () => {
    await using api = await startScriptedApi(() => desire('1.1.0'));
    const exec = 'sleep 3 & echo $!';
    await using agent = startProgram([
      'agent',
      '--url',
      api.url,
      '--service',
      's',
      '--id',
      'i',
      '--once',
      '--exec',
      exec,
    ]);

    const [code] = (await once(agent.child, 'exit')) as [number];

    expect(code).toBe(0);
    expect(api.reports.at(-1)).toMatchObject({ version: '1.1.0', outcome: 'succeeded' });
  });

  it('ends when npx, which ran it by a shell, was ended', async () => {
    await using api = await startScriptedApi(() => desire(null));
    const program = fileURLToPath(new URL('../../infra/cli/main.mjs', import.meta.url));
    const line = `'${process.execPath}' '${program}' agent --url ${api.url} --service s --id i --exec true; true`;
    const shell = spawn('sh', ['-c', line], { env: { ...process.env, npm_command: 'exec' }, stdio: 'ignore' });
    await api.until(() => true);

    shell.kill('SIGTERM');
    await once(shell, 'exit');

    const count = () => api.reports.filter(({ at }) => at > Date.now() - 300).length;
    await expect.poll(count, { timeout: 5_000, interval: 100 }).toBe(0);
  });

  it('refuses a wrong command line with all its faults', async () => {
    await using agent = startProgram(['agent', '--exec-timeout', 'soon', '--label', 'x', '--id', 'a']);

    const { code, stderr } = await agent.ended;

    expect(code).toBe(2);
    expect(stderr.split('\n').slice(0, 5)).toEqual([
      'service-manager: --exec-timeout: not a duration such as 90s, 10m or 1h: soon',
      'service-manager: --label: not of the form key=value: x',
      'service-manager: --service is missing',
      'service-manager: --exec is missing',
      'usage: service-manager agent --service NAME --id ID --exec CMD [options]',
    ]);
  });
});
