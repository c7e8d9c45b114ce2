import type { MetricName } from '../metrics/names.ts';

/** What a release is judged by, complete: every default is filled in, so it is stored and shown as it acts. Times are in seconds. */
export interface Policy {
  /** Between two looks. */
  readonly interval: number;
  /** After its update an instance warms up for so long: what it measures then counts for nothing. */
  readonly initialDelay: number;
  /** How many looks a bake has at least. A shorter bake is made longer. */
  readonly count: number;
  /** How long it goes on after the last batch. */
  readonly watch: number;
  /** The range of time that `$window` stands for in queries of absolute checks. */
  readonly window: number;
  readonly checks: readonly Check[];
  /** How many failed looks of an absolute check a bake may have. */
  readonly failureLimit: number;
  /** How many looks in a row may go without an answer of Prometheus. */
  readonly providerErrorLimit: number;
  /** With fewer requests of the new version in a whole bake there is no data; 0 asks for none, which a comparison needs. */
  readonly minSamples: number;
  readonly onNoData: Reaction;
  /** Once `providerErrorLimit` is passed. */
  readonly onProviderError: Reaction;
  /** How likely it may be that a good version is stopped by a comparative check. */
  readonly alpha: number;
}

export const reactions = ['pause', 'rollback', 'continue'] as const;
export type Reaction = (typeof reactions)[number];

/** In units of Prometheus: seconds, requests a second, shares from 0 to 1. */
export type Check = ComparativeCheck | AbsoluteCheck;

export type AbsoluteCheck = MetricCheck | QueryCheck;

/** The new version may be worse than the old one by this share of what the old one shows: 0.05 is 5 %. */
export interface ComparativeCheck {
  readonly metric: ComparedMetric;
  readonly maxIncrease: number;
}

interface Bounds {
  readonly max?: number | undefined;
  readonly min?: number | undefined;
}

/** The new version's own value of a metric that has a name. */
export interface MetricCheck extends Bounds {
  readonly metric: MetricName;
}

/** What a query of PromQL yields, with `$service`, `$version` (the new one), `$instance` and `$window` filled in. */
export interface QueryCheck extends Bounds {
  readonly query: string;
}

export const comparedMetrics = ['latency', 'errorRatio'] as const;
export type ComparedMetric = (typeof comparedMetrics)[number];

/** A policy as asked for: whatever is left out has its default. A complete one asks for itself. */
export type PolicyInput = { readonly [Name in keyof Policy]?: Policy[Name] | undefined };

const defaultChecks: readonly Check[] = [
  { metric: 'latency', maxIncrease: 0.03 },
  { metric: 'errorRatio', maxIncrease: 0.5 },
];

/** Fills in the defaults. `true` asks for all of them. */
export function completePolicy(input: PolicyInput | true): Policy {
  const asked = input === true ? {} : input;
  const interval = asked.interval ?? 30;
  return {
    interval,
    initialDelay: asked.initialDelay ?? 2 * interval,
    count: asked.count ?? 10,
    watch: asked.watch ?? 0,
    window: asked.window ?? 2 * interval,
    checks: asked.checks ?? defaultChecks,
    failureLimit: asked.failureLimit ?? 0,
    providerErrorLimit: asked.providerErrorLimit ?? 4,
    minSamples: asked.minSamples ?? 50,
    onNoData: asked.onNoData ?? 'pause',
    onProviderError: asked.onProviderError ?? 'pause',
    alpha: asked.alpha ?? 0.02,
  };
}

/** Of a policy as asked for, what takes the place of another's: what it names, and what follows from that. */
export function overridesOf(input: PolicyInput): Partial<Policy> {
  const follows: readonly (keyof Policy)[] = input.interval === undefined ? [] : ['initialDelay', 'window'];
  const complete = completePolicy(input);
  const names = (Object.keys(complete) as (keyof Policy)[]).filter(
    name => input[name] !== undefined || follows.includes(name),
  );
  return Object.fromEntries(names.map(name => [name, complete[name]]));
}

export function isComparative(check: Check): check is ComparativeCheck {
  return 'maxIncrease' in check;
}

/** Whether anything rests on what instances counted; a Prometheus that has no such counters may serve otherwise. */
export function needsCounts({ checks, minSamples }: Policy): boolean {
  return minSamples > 0 || checks.some(isComparative);
}

/** How long a bake takes at least so that every look of it can be taken, in seconds. */
export function shortestBake(policy: Policy): number {
  const { initialDelay, interval, count } = policy;
  return Math.max(initialDelay + interval * count, firstCounted(policy));
}

/**
 * The same of the last batch: it is watched only if the policy or its strategy's `bakeSeconds` says so, yet then for one look at least; or
 * if it is the first too.
 */
export function shortestLastBake(policy: Policy, bakeSeconds: number, isOnly: boolean): number {
  if (isOnly && policy.watch === 0) return shortestBake(policy);
  const watched = Math.max(policy.watch, bakeSeconds);
  return watched === 0 ? 0 : Math.max(watched, firstCounted(policy));
}

/**
 * By when there are counts of an instance that was updated last: it warms up from the next look of the grid on, the look after that is
 * counted, and Prometheus has all of it by the one that follows.
 */
function firstCounted({ initialDelay, interval }: Policy): number {
  return interval * (Math.ceil(initialDelay / interval) + 3);
}
