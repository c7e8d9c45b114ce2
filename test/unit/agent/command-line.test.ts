import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type OptionSpecs, parseArguments } from '../../../infra/cli/options.ts';
import {
  checkAnalysis,
  checkStrategy,
  checkUrl,
  parseAnalysis,
  parseDurationMs,
  parseLabel,
  parseStrategy,
} from '../../../infra/cli/values.ts';
import { makeFolder } from '../../integration/agent/make-folder.ts';

const specs: OptionSpecs = {
  url: { value: 'URL', help: '', check: checkUrl },
  exec: { value: 'CMD', help: '', isRequired: true },
  label: { value: 'K=V', help: '', isMany: true },
  once: { help: '' },
};

describe('a command line', () => {
  it('is read into its options and arguments', () => {
    const argv = ['A', '--exec', 'a b', '--label=x=1', '--label', 'y=2', '--once'];

    const { args, faults } = parseArguments(argv, ['NAME'], specs);

    expect(faults).toEqual([]);
    expect(args.positional(0)).toBe('A');
    expect(args.one('exec')).toBe('a b');
    expect(args.all('label')).toEqual(['x=1', 'y=2']);
    expect([args.has('once'), args.has('url'), args.one('url')]).toEqual([true, false, undefined]);
  });

  it('is told all its faults at once', () => {
    const argv = ['--nope', '--url', 'ftp://x', '--once=yes', 'A', 'B', '--label', '--constructor'];

    const { faults } = parseArguments(argv, ['NAME'], specs);

    expect(faults).toEqual([
      'unknown option --nope',
      '--url: not an http(s) URL: ftp://x',
      '--once takes no value',
      '--label needs a value: K=V (or write --label=--constructor)',
      '--exec is missing',
      'unexpected argument "B"',
    ]);
  });

  it.each([
    [['--exec', 'a', '--exec', 'b'], '--exec is given more than once'],
    [['--exec='], '--exec needs a value: CMD'],
    [['--exec'], '--exec needs a value: CMD'],
    [['--exec=--x', '--__proto__'], 'unknown option --__proto__'],
  ])('%j: %s', (argv, fault) => {
    expect(parseArguments(argv, [], specs).faults).toEqual([fault]);
  });
});

describe('values on a command line', () => {
  it.each([
    ['90', 90_000],
    ['0.5s', 500],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['0', undefined],
    ['-1', undefined],
    ['1d', undefined],
    ['1000h', undefined],
    ['', undefined],
  ])('the duration %j is %s ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  it('a strategy is a name or JSON', () => {
    expect(parseStrategy('canary')).toBe('canary');
    expect(parseStrategy('{"type": "rolling"}')).toEqual({ type: 'rolling' });
    expect(checkStrategy('{"type": ')).toContain('JSON');
  });

  it('an analysis is JSON, or a file of it', async () => {
    await using folder = await makeFolder();
    const file = join(folder.path, 'policy.json');
    await writeFile(file, '{"interval": 5}');

    expect(parseAnalysis('true')).toBe(true);
    expect(parseAnalysis('{"count": 3}')).toEqual({ count: 3 });
    expect(parseAnalysis(`@${file}`)).toEqual({ interval: 5 });
    expect(checkAnalysis(`@${file}`)).toBeUndefined();
    expect(checkAnalysis('{"count": ')).toContain('JSON');
    expect(checkAnalysis('@no such file')).toContain('no such file');
  });

  it('a label may hold the sign that parts it', () => {
    expect(parseLabel('a=b=c')).toEqual(['a', 'b=c']);
  });
});
