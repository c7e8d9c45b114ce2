import { expect, test } from 'vitest';
import { judge } from '../../../functions/domain/judge/judge.ts';
import { type Made, makeTrace } from './make-trace.ts';

const seeds = Array.from({ length: 8 }, (_, seed) => seed + 1);
const batches = [
  { look: 0, updated: 2 },
  { look: 10, updated: 5 },
  { look: 20, updated: 10 },
];

/** Something that befalls these instances from the fifth look of the release on, for five looks. */
const during = (look: number) => look >= 35 && look < 40;

const good: Record<string, Made> = {
  'as good': {},
  'as good, with much noise': { noise: 0.15 },
  'slower within the margin': { noise: 0.01, median: age => (age >= 0 ? 0.0408 : 0.04) },
  faster: { median: age => (age >= 0 ? 0.028 : 0.04) },
  'while all slow down': { median: (_age, _instance, look) => (look >= 30 ? 0.04 * (1 + 0.02 * (look - 30)) : 0.04) },
  'while all fail': { errorRatio: (_age, _instance, look) => (during(look) ? 0.1 : 0.002) },
  'while every second one is slow': {
    median: (_age, instance, look) => (during(look) && instance % 2 === 0 ? 0.08 : 0.04),
  },
  'with errors in bursts': { errorRatio: (_age, instance, look) => ((7 * instance + look) % 40 < 3 ? 0.08 : 0.001) },
  'with a request now and then': { requests: 1 },
  'without a past': { history: 0 },
  'with a first error in thousands': { errorRatio: age => (age >= 0 ? 0.0002 : 0) },
};

const bad: Record<string, Made> = {
  'half as slow again': { median: age => (age >= 0 ? 0.06 : 0.04) },
  'slower by and by': { median: age => (age >= 0 ? 0.04 * (1 + 0.04 * age) : 0.04) },
  'slow from the eighth look on': { median: age => (age >= 8 ? 0.06 : 0.04) },
  'slow for few': { tail: age => ({ share: age >= 0 ? 0.05 : 0, times: 20 }) },
  'with more errors': { errorRatio: age => (age >= 0 ? 0.03 : 0.002) },
  'with errors against none': { errorRatio: age => (age >= 0 ? 0.01 : 0) },
  'broken on every second instance': { errorRatio: (age, instance) => (age >= 0 && instance % 2 === 0 ? 0.5 : 0.002) },
  'slower while all slow down': {
    median: (age, _instance, look) => 0.04 * (look >= 30 ? 1 + 0.02 * (look - 30) : 1) * (age >= 0 ? 1.5 : 1),
  },
  'slow, without a past': { history: 0, median: age => (age >= 0 ? 0.08 : 0.04) },
};

test.each(Object.entries(good))('a version %s is not stopped', (_, made) => {
  const verdicts = seeds.map(seed => judge(makeTrace({ batches, ...made, seed })));

  const stopped = verdicts.filter(({ verdict }) => verdict === 'fail');
  expect(stopped.map(({ look, reason }) => [look, reason])).toEqual([]);
});

test.each(Object.entries(bad))('a version %s is stopped before all run it', (_, made) => {
  const verdicts = seeds.map(seed => judge(makeTrace({ batches, ...made, seed })));

  const startOfLast = (made.history ?? 30) + 20;
  const missed = verdicts.filter(({ verdict, look }) => verdict !== 'fail' || look >= startOfLast);
  expect(missed.map(({ verdict, look }) => [verdict, look])).toEqual([]);
});
