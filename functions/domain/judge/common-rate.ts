import { type CountModel, type CountRow, meanFactor } from './counts.ts';

/** How many times as often as in the past something happens now to all, and how uncertain that is. */
export interface CommonRate {
  readonly factor: number;
  /** Variance relative to its square. */
  readonly variance: number;
  /** Variance between instances in this look, relative to the square. */
  readonly betweenLooks: number;
}

/** How sure it is that a look is like those before, in counts. */
const calm = 8;
/** A look in which anything may happen: how sure it is of its rate, what that is, and how likely such a look. */
const incident = { seen: 0.3, rate: 0.01, chance: 0.02 };
/** An instance is left out from so many standard deviations on. */
const farOff = 4;
/** Of squared counts: how much it takes until a look is taken to differ between instances as it shows. */
const doubt = 5;

/** Counts of some instances, what was expected of them, and that squared, in sum. */
interface Sums {
  readonly seen: number;
  readonly expected: number;
  readonly squares: number;
}

interface Other {
  readonly count: number;
  readonly expected: number;
}

/** From the old version's rows of one look. The worst tenth, one at least, is left out where it is far off the rest. */
export function commonRate(rows: readonly CountRow[], model: CountModel): CommonRate {
  const others = rows.map(({ instance, count, exposure }) => ({
    count,
    expected: exposure * model.rate * meanFactor(model.factors.get(instance)),
  }));
  let sums: Sums = { seen: 0, expected: 0, squares: 0 };
  for (const other of others) sums = add(sums, other, 1);
  const left = new Set(others);
  const outliers = others.length >= 3 ? Math.ceil(others.length / 10) : 0;
  for (let round = 0; round < outliers; round++) {
    let worst: { of: Other; distance: number } | undefined;
    for (const of of left) {
      // Next to the others without it: it would draw them near.
      const distance = distanceOf(of, locate(add(sums, of, -1), model).factor, model);
      if (!worst || distance > worst.distance) worst = { of, distance };
    }
    if (!worst || worst.distance < farOff) break;
    left.delete(worst.of);
    sums = add(sums, worst.of, -1);
  }
  const rate = locate(sums, model);
  let [surplus, squares] = [doubt * model.betweenLooks, doubt];
  for (const { count, expected } of left) {
    const now = expected * rate.factor;
    surplus += (count - now) ** 2 - now;
    squares += now ** 2;
  }
  return { ...rate, betweenLooks: Math.max(model.betweenLooks, surplus / squares) };
}

function add({ seen, expected, squares }: Sums, other: Other, times: 1 | -1): Sums {
  return {
    seen: seen + times * other.count,
    expected: expected + times * other.expected,
    squares: squares + times * other.expected ** 2,
  };
}

function locate({ seen, expected, squares }: Sums, model: CountModel): { factor: number; variance: number } {
  // Counts that come in bursts tell less than they hold.
  const inflation = 1 + (expected > 0 ? (model.betweenLooks * squares) / expected : 0);
  const [count, usual] = [seen / inflation, expected / inflation];
  const [anySeen, anyExpected] = [incident.seen, (incident.seen * model.rate) / Math.max(model.rate, incident.rate)];
  // Fewer than usual is no incident.
  const isCalm =
    count <= usual ||
    Math.log(1 - incident.chance) + logChance(count, usual, calm, calm) >=
      Math.log(incident.chance) + logChance(count, usual, anySeen, anyExpected);
  const [priorSeen, priorExpected] = isCalm ? [calm, calm] : [anySeen, anyExpected];
  return { factor: (priorSeen + count) / (priorExpected + usual), variance: 1 / (priorSeen + count) };
}

function distanceOf({ count, expected }: Other, factor: number, model: CountModel): number {
  const now = expected * factor;
  return (count - now) / Math.sqrt(now + model.betweenLooks * now ** 2 + 0.1);
}

/** Of a count whose rate is gamma distributed (negative binomial), without what does not depend on the distribution. */
function logChance(seen: number, expected: number, priorSeen: number, priorExpected: number): number {
  const total = priorExpected + expected;
  return (
    logGamma(priorSeen + seen) -
    logGamma(priorSeen) +
    priorSeen * Math.log(priorExpected / total) -
    seen * Math.log(total)
  );
}

/** Stirling's series, after a few steps up. */
function logGamma(x: number): number {
  let [at, product] = [x, 1];
  while (at < 7) product *= at++;
  const inverse = 1 / (at * at);
  return (
    (at - 0.5) * Math.log(at) -
    at +
    0.5 * Math.log(2 * Math.PI) +
    (1 / 12 - inverse / 360 + (inverse * inverse) / 1260) / at -
    Math.log(product)
  );
}
