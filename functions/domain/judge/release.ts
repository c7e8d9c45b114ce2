import { type ComparedMetric, comparedMetrics } from '../analysis/policy.ts';
import { Bounds } from './bounds.ts';
import { describeComparison } from './comparison.ts';
import { explainFailure } from './explanation.ts';
import type { Basis, Judgement, Verdict } from './judgement.ts';
import { type JudgePolicy, negligibleErrorRatio } from './policy.ts';
import { Silence } from './silence.ts';
import { type Row, readRows, type Trace } from './trace.ts';
import { Watch } from './watch.ts';

/** A past of fewer looks is read anew as it grows, with what those not yet updated have shown since. */
const enoughLooks = 20;
const readAnewAt = [1, 2, 3, 4, 6, 8, 11, 15, enoughLooks];
/** Fewer requests of the old version do not say how it usually is. */
const fewestRequests = 20;

/** One release, look by look. */
export class Release {
  readonly #trace: Trace;
  readonly #policy: JudgePolicy;
  readonly #looks: (readonly Row[])[] = [];
  readonly #silence = new Silence();
  readonly #bounds: Bounds;
  readonly #instances = new Set<number>();
  readonly #havePast = new Set<number>();
  readonly #requests = { new: 0, old: 0 };
  #oldErrors = 0;
  #oldLooks = 0;
  #watch: Watch | undefined;
  #basis: Basis = 'newAgainstOld';

  constructor(trace: Trace, policy: JudgePolicy) {
    this.#trace = trace;
    this.#policy = policy;
    this.#bounds = new Bounds(policy, trace.buckets, trace.lookSeconds);
  }

  /** Takes in a look. What it returns is a stop. */
  look(look: number): Judgement | undefined {
    const rows = readRows(this.#trace, look);
    this.#count(rows);
    const silent = this.#silence.look(rows);
    if (look === this.#trace.startLook) this.#readPast();
    this.#looks.push(rows);
    if (look < this.#trace.startLook) return undefined;
    this.#watch?.look(rows, look);
    const hasOld = rows.some(({ age, requests }) => age < 0 && requests > 0);
    if (hasOld && readAnewAt.includes(this.#oldLooks)) this.#readPast();
    const isOutOfBounds = this.#bounds.look(rows);
    if (isOutOfBounds || this.#metrics().some(metric => this.#fails(metric))) return this.#answer('fail', look);
    const [first] = silent;
    if (first === undefined) return undefined;
    return this.#answer('noData', look, `${this.#nameOf(first)} serves no requests, although some were to be expected`);
  }

  end(): Judgement {
    const look = Math.max(this.#trace.looks.length - 1, this.#trace.startLook);
    const doubt = this.#findDoubt();
    return doubt === undefined
      ? this.#answer('pass', look, 'nothing speaks against it')
      : this.#answer('noData', look, doubt);
  }

  /** Why not to have failed is not to have passed. */
  #findDoubt(): string | undefined {
    const { minSamples, bounds } = this.#policy;
    if (this.#metrics().length + bounds.length === 0) return 'no check that counts can answer';
    if (this.#requests.new < minSamples)
      return `requests of the new version: ${this.#requests.new}, needed: ${minSamples}`;
    if (this.#metrics().length === 0) return undefined;
    if (!this.#watch || this.#requests.old < minSamples) {
      return `requests of the old version to compare with: ${this.#requests.old}, needed: ${minSamples}`;
    }
    if (this.#policy.errorRatio && this.#isSuspicious(this.#watch))
      return 'errors, against none before, in too few requests to tell';
    return undefined;
  }

  #count(rows: readonly Row[]): void {
    const old = rows.filter(({ age }) => age < 0);
    const updated = rows.filter(({ age }) => age >= 0);
    for (const { instance } of rows) this.#instances.add(instance);
    for (const { instance, requests, errors } of old) {
      this.#havePast.add(instance);
      this.#requests.old += requests;
      this.#oldErrors += errors;
    }
    for (const { age, requests } of updated) if (age >= this.#policy.warmUpLooks) this.#requests.new += requests;
    if (old.some(({ requests }) => requests > 0)) this.#oldLooks++;
    if (updated.length === 0) return;
    if (old.length === 0) this.#basis = 'ownPastOnly';
    else this.#basis = updated.some(({ instance }) => this.#havePast.has(instance)) ? 'pastAndOthers' : 'newAgainstOld';
  }

  #readPast(): void {
    if (this.#requests.old < fewestRequests) return;
    this.#watch = new Watch(this.#trace.buckets, this.#looks, this.#trace.startLook, this.#policy);
  }

  #metrics(): ComparedMetric[] {
    return comparedMetrics.filter(metric => this.#policy[metric] !== undefined);
  }

  /** What evidence must reach to stop, as a logarithm: the chance of a false stop is shared among the checks. */
  #threshold(): number {
    return Math.log(this.#metrics().length / this.#policy.alpha);
  }

  #fails(metric: ComparedMetric): boolean {
    return this.#watch !== undefined && this.#watch[metric].logE(this.#instances.size) >= this.#threshold();
  }

  /** Errors of a version whose predecessor had none: more than the negligible makes likely, yet too few to fail. */
  #isSuspicious(watch: Watch): boolean {
    const errors = watch.errorRatio.seen();
    if (this.#oldErrors > 0 || errors === 0) return false;
    return chanceOfAtLeast(errors, negligibleErrorRatio * this.#requests.new) < 0.05;
  }

  #answer(verdict: Verdict, look: number, reason = ''): Judgement {
    const comparisons = this.#metrics().map(metric =>
      describeComparison({
        metric,
        maxIncrease: this.#policy[metric]?.maxIncrease ?? 0,
        n: { ...this.#requests },
        watch: this.#watch,
        instances: this.#instances.size,
        threshold: this.#threshold(),
        otherwise: verdict === 'noData' ? 'noData' : 'pass',
        nameOf: instance => this.#nameOf(instance),
      }),
    );
    const bounds = this.#bounds.judgements();
    const { unjudged } = this.#policy;
    const failures = [
      ...comparisons.filter(({ check }) => check.verdict === 'fail').map(explainFailure),
      ...bounds
        .filter(bound => bound.verdict === 'fail')
        .map(({ metric, value }) => `${metric} is ${Number(value?.toPrecision(3))}, out of bounds`),
    ];
    return {
      verdict,
      look,
      reason: verdict === 'fail' ? failures.join('; ') : reason,
      checks: comparisons.map(({ check }) => check),
      bounds,
      unjudged,
      basis: this.#basis,
    };
  }

  #nameOf(instance: number): string | null {
    return this.#trace.instances[instance]?.id ?? null;
  }
}

/** Of a Poisson distribution. */
function chanceOfAtLeast(count: number, expected: number): number {
  let [term, below] = [Math.exp(-expected), 0];
  for (let k = 0; k < count; k++) {
    below += term;
    term *= expected / (k + 1);
  }
  return Math.max(0, 1 - below);
}
