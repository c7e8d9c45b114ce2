import { type Check, isComparative } from './policy.ts';

const shownCharacters = 200;

/** What a check asks for, as a person would say it. */
export function describeCheck(check: Check): string {
  if (isComparative(check))
    return `${check.metric} at most ${Number((check.maxIncrease * 100).toPrecision(6))} % above the old version's`;
  const what = 'metric' in check ? check.metric : check.query.slice(0, shownCharacters);
  const bounds = [
    check.min === undefined ? [] : [`at least ${check.min}`],
    check.max === undefined ? [] : [`at most ${check.max}`],
  ];
  return `${what} ${bounds.flat().join(' and ')}`;
}
