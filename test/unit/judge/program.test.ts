import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeTrace } from './make-trace.ts';

const folder = mkdtempSync(join(tmpdir(), 'judge-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(input: string, ...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['infra/judge/main.ts', ...args], {
    input,
    encoding: 'utf8',
  });
  const answers = stdout.split('\n').filter(Boolean);
  return { answers, stderr, status };
}

function writePolicy(policy: unknown): string {
  const file = join(folder, `${Math.random()}.json`);
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

const good = JSON.stringify({ id: 'a', ...makeTrace() });
const slow = JSON.stringify({ id: 'b', ...makeTrace({ median: age => (age >= 0 ? 0.08 : 0.04) }) });

describe('the program', () => {
  test('answers each trace with a line, in order', () => {
    const { answers, status, stderr } = run(`${slow}\n\n${good}\n`);

    expect(answers.map(answer => JSON.parse(answer))).toMatchObject([
      { id: 'b', verdict: 'fail' },
      { id: 'a', verdict: 'pass', look: 59 },
    ]);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('names the lines with faults, and what is wrong, and answers the others', () => {
    const short = JSON.stringify({ ...JSON.parse(good), looks: [{ 'i-0': [1, 0], stranger: [] }] });

    const { answers, status, stderr } = run(`no\n${good}\n${short}\n{}\n`);

    expect(answers).toHaveLength(1);
    expect(status).toBe(1);
    expect(stderr).toContain('line 1: is not JSON');
    expect(stderr).toContain('line 3: looks[0]["i-0"] must be 18 numbers from 0');
    expect(stderr).toContain('line 3: looks[0]["stranger"] is of no instance listed');
    expect(stderr).toContain('line 4: id must be a string');
  });

  test('judges by the policy of a file', () => {
    const file = writePolicy({
      checks: [
        { metric: 'latency', maxIncrease: '400%' },
        { query: 'up', min: 1 },
      ],
    });

    const { answers } = run(slow, '--policy', file);

    expect(JSON.parse(answers[0] ?? '')).toMatchObject({
      verdict: 'pass',
      checks: [{ metric: 'latency', maxIncrease: 4 }],
      unjudged: ['query up'],
    });
  });

  test('names all faults of a policy', () => {
    const file = writePolicy({ alpha: 2, checks: [{ metric: 'latency' }] });

    const { status, stderr } = run(good, '--policy', file);

    expect(status).toBe(1);
    expect(stderr).toContain('alpha');
    expect(stderr).toContain('checks[0] needs "max", "min" or "maxIncrease"');
  });
});
