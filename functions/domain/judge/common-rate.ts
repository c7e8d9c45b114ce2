import { type CountModel, type CountRow, meanFactor } from './counts.ts';

/** How many times as often as in the past something happens now to all, and how uncertain that is. */
export interface CommonRate {
  readonly factor: number;
  /** Variance relative to its square. */
  readonly variance: number;
  /** Variance between instances in this look, relative to the square. */
  readonly betweenLooks: number;
}

/** How sure it is that a look is like those before, in counts; the second is one in which anything may happen. */
const calm = 8;
const incident = { seen: 0.3, rate: 0.01, chance: 0.02 };

/** From the old version's rows of one look. The worst tenth, one at least, is left out where it is far off the rest. */
export function commonRate(rows: readonly CountRow[], model: CountModel): CommonRate {
  const others = rows.map(row => ({
    count: row.count,
    expected: row.exposure * model.rate * meanFactor(model.factors.get(row.instance)),
  }));
  let left = others;
  let rate = rateOf(left, model);
  const outliers = others.length >= 3 ? Math.ceil(others.length / 10) : 0;
  for (let round = 0; round < outliers; round++) {
    let worst: { of: (typeof others)[number]; distance: number } | undefined;
    for (const of of left) {
      const distance = distanceOf(
        of,
        rateOf(
          left.filter(other => other !== of),
          model,
        ),
      );
      if (!worst || distance > worst.distance) worst = { of, distance };
    }
    if (!worst || worst.distance < 4) break;
    left = left.filter(other => other !== worst.of);
    rate = rateOf(left, model);
  }
  return rate;
}

function rateOf(others: readonly { count: number; expected: number }[], model: CountModel): CommonRate {
  // Counts that come in bursts tell less than they hold.
  const all = others.reduce((sum, of) => sum + of.expected, 0);
  const inflation =
    1 + (all > 0 ? (model.betweenLooks * others.reduce((sum, of) => sum + of.expected ** 2, 0)) / all : 0);
  const seen = others.reduce((sum, { count }) => sum + count, 0) / inflation;
  const expected = all / inflation;
  const [anySeen, anyExpected] = [incident.seen, (incident.seen * model.rate) / Math.max(model.rate, incident.rate)];
  const isCalm =
    Math.log(1 - incident.chance) + logChance(seen, expected, calm, calm) >=
    Math.log(incident.chance) + logChance(seen, expected, anySeen, anyExpected);
  const [priorSeen, priorExpected] = isCalm ? [calm, calm] : [anySeen, anyExpected];
  const factor = (priorSeen + seen) / (priorExpected + expected);
  let [surplus, squares] = [5 * model.betweenLooks, 5];
  for (const of of others) {
    const now = of.expected * factor;
    surplus += (of.count - now) ** 2 - now;
    squares += now ** 2;
  }
  return {
    factor,
    variance: 1 / (priorSeen + seen),
    betweenLooks: Math.max(model.betweenLooks, surplus / squares),
  };
}

function distanceOf(of: { count: number; expected: number }, rate: CommonRate): number {
  const expected = of.expected * rate.factor;
  return (of.count - expected) / Math.sqrt(expected + rate.betweenLooks * expected ** 2 + 0.1);
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
