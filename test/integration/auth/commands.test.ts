import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { request } from '../../support/fleet.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { startProgram } from '../agent/start-program.ts';

let runtime: TestRuntime;

beforeAll(async () => {
  runtime = await startTestRuntime({ auth: true, settings: { tokenCacheSeconds: 0 } });
});

afterAll(() => runtime?.stop());

async function run(args: readonly string[], token = runtime.adminToken ?? '') {
  await using program = startProgram(args, { SERVICE_MANAGER_URL: runtime.url, SERVICE_MANAGER_TOKEN: token });
  return await program.ended;
}

describe('the command line', () => {
  test('makes a token, lists it and revokes it', async () => {
    await request(runtime.api, 'POST', '/services', { name: 'shop' });

    const made = await run(['create-token', 'my host', '--role', 'agent', '--service', 'shop']);
    const token = made.stdout.trim();
    const id = /^token (\S+): it is not shown again\n$/.exec(made.stderr)?.[1] ?? '';
    const agent = await run(
      ['agent', '--service', 'shop', '--id', 'i', '--version', 'v1', '--exec', 'true', '--once'],
      token,
    );
    const listed = await run(['tokens']);
    const revoked = await run(['revoke-token', id]);
    const after = await run(['tokens'], token);

    expect(token).toMatch(/^sm_[\w-]{43}$/);
    expect(agent.code, agent.stderr).toBe(0);
    expect(listed.stdout).toMatch(new RegExp(`^  ${id}  my host  agent  shop +never`, 'm'));
    expect(listed.stdout).not.toContain(token);
    expect(revoked).toMatchObject({ code: 0, stdout: `token ${id} is revoked\n` });
    expect(after.stderr).toMatch(/^401: /);
  });

  test('says what is wrong with its token', async () => {
    const { stdout: viewer } = await run(['create-token', 'eve', '--role', 'viewer']);

    const none = await run(['services'], '');
    const unknown = await run(['services'], 'sm_nobody');
    const wrong = await run(['deploy', 'shop', 'v1'], viewer.trim());
    const unreadable = await run(['services'], 'sm_a\nb');
    const agent = await run(
      ['agent', '--service', 'shop', '--id', 'i', '--version', 'v1', '--exec', 'true', '--once'],
      viewer.trim(),
    );

    expect(none.stderr).toMatch(/^401: A token is needed.*\n {2}give one as SERVICE_MANAGER_TOKEN, or with --token\n$/);
    expect(unknown.stderr).toBe(none.stderr);
    expect(wrong.stderr).toMatch(
      /^403: The role of the token, or the service that it is for, does not allow this\.\n$/,
    );
    expect(unreadable).toMatchObject({ code: 2 });
    expect(unreadable.stderr).toContain('SERVICE_MANAGER_TOKEN: not a token');
    expect(unreadable.stderr).not.toContain('sm_a');
    expect(agent.code).toBe(1);
    expect(agent.stderr + agent.stdout).toContain(
      '403: The role of the token, or the service that it is for, does not allow this.',
    );
  });
});
