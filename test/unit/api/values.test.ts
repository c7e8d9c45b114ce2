import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../functions/domain/cursor.ts';
import { parseDuration } from '../../../functions/domain/duration.ts';
import { estimateCompletion } from '../../../functions/domain/estimate.ts';
import { instanceIDPattern, serviceNamePattern, versionPattern } from '../../../functions/domain/names.ts';
import { parseTime } from '../../../functions/domain/time.ts';

describe('names', () => {
  test.each(['a', 'user-service', '0.a_b-C', 'x'.repeat(128)])('%s is a service', name => {
    expect(serviceNamePattern.test(name)).toBe(true);
  });

  test.each(['', '-a', '.a', 'a b', 'a/b', 'ä', 'a\n', 'x'.repeat(129)])('%j is no service', name => {
    expect(serviceNamePattern.test(name)).toBe(false);
  });

  test.each(['v1.2.0', '1.0.0+build.7', 'repo/image:tag', 'sha256:abc', 'x'.repeat(255)])('%s is a version', name => {
    expect(versionPattern.test(name)).toBe(true);
  });

  test('an ARN is the id of an instance', () => {
    expect(instanceIDPattern.test('arn:aws:ecs:us-east-1:000000000000:task/cluster/0123456789abcdef')).toBe(true);
  });

  test.each(['', '/a', ':a', '+a', 'a b', 'a\n', 'x'.repeat(256)])('%j is no version', name => {
    expect(versionPattern.test(name)).toBe(false);
  });
});

describe('durations', () => {
  test.each([
    ['90', 90],
    ['90s', 90],
    ['5m', 300],
    ['1h', 3600],
    ['1.5d', 129_600],
    ['0.5s', 0.5],
    ['0', 0],
  ])('%s is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', 's', '-1s', '1w', '1 m', '1e3', '1h30m', '.5s', 'Infinity'])('%j is none', text => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('times', () => {
  test.each([
    ['2030-01-31T09:00:00Z', '2030-01-31T09:00:00.000Z'],
    ['2030-01-31T09:00:00.123456Z', '2030-01-31T09:00:00.123Z'],
    ['2030-01-31T09:00:00+08:00', '2030-01-31T01:00:00.000Z'],
    ['2028-02-29t00:00:00z', '2028-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(parseTime(text)?.toISOString()).toBe(expected);
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00Z',
    '2026-01-01',
    '2026-01-01 00:00:00Z',
    '2026-01-01T00:00:00+25:00',
    'now',
    '',
    '9999-12-31T23:59:59-23:59',
    '0000-12-31T00:00:00Z',
    '0001-01-01T00:00:00+00:01',
  ])('%j is none', text => {
    expect(parseTime(text)).toBeUndefined();
  });
});

describe('cursors', () => {
  test('give back the key that they were made of', () => {
    const key = fc.tuple(
      fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0')),
      fc.maxSafeInteger(),
    );

    fc.assert(
      fc.property(key, values => {
        expect(decodeCursor('list', ['string', 'number'], encodeCursor('list', values))).toEqual(values);
      }),
    );
  });

  test.each([
    '',
    'x',
    '%%%',
    'bnVsbA',
    encodeCursor('other', ['a', 1]),
    encodeCursor('list', ['a']),
    encodeCursor('list', ['a', 'b']),
    encodeCursor('list', ['a', 1.5]),
    encodeCursor('list', ['a\0', 1]),
    `${encodeCursor('list', ['a', 1])}=`,
    `${encodeCursor('list', ['a', 1])} `,
  ])('that are not ours are told: %j', cursor => {
    expect(decodeCursor('list', ['string', 'number'], cursor)).toBeUndefined();
  });
});

describe('the estimate of when a deployment completes', () => {
  const now = new Date('2030-01-31T09:00:00Z');
  const pace = { status: 'deploying', batchesLeft: 2, bakeSecondsLeft: 60 } as const;

  test('goes by what its batches took so far, and what is still to be watched', () => {
    expect(estimateCompletion({ ...pace, batchSeconds: 15 }, now)).toEqual(new Date('2030-01-31T09:01:30Z'));
  });

  test('guesses before a batch has shown it', () => {
    expect(estimateCompletion(pace, now)).toEqual(new Date('2030-01-31T09:03:00Z'));
  });

  test('is the finish time once it is completed', () => {
    const finishTime = '2030-01-30T00:00:00.000Z';

    expect(estimateCompletion({ ...pace, status: 'completed', finishTime }, now)).toEqual(new Date(finishTime));
  });

  test.each(['paused', 'rollingBack', 'rolledBack', 'failed'] as const)(
    'is nobody’s to tell while it is %s',
    status => {
      expect(estimateCompletion({ ...pace, status }, now)).toBeUndefined();
    },
  );
});
