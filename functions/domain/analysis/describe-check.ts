import { showValue } from '../metrics/show-value.ts';
import { toStorable } from '../text.ts';
import { type AbsoluteCheck, type Check, isComparative } from './policy.ts';

const shownCharacters = 200;

/** What a check asks for, as a person would say it. */
export function describeCheck(check: Check): string {
  if (isComparative(check))
    return `${check.metric} at most ${Number((check.maxIncrease * 100).toPrecision(6))} % above the old version's`;
  const bounds = [
    check.min === undefined ? [] : [`at least ${show(check, check.min)}`],
    check.max === undefined ? [] : [`at most ${show(check, check.max)}`],
  ];
  return `${nameOf(check)} ${bounds.flat().join(' and ')}`;
}

/** What an absolute check was answered: `latency is 239 ms`. */
export function describeValue(check: AbsoluteCheck, value: number): string {
  return `${nameOf(check)} is ${show(check, value)}`;
}

function nameOf(check: AbsoluteCheck): string {
  return 'metric' in check ? check.metric : toStorable(check.query, shownCharacters);
}

function show(check: AbsoluteCheck, value: number): string {
  return 'metric' in check ? showValue(check.metric, value) : `${Number(value.toPrecision(6))}`;
}
