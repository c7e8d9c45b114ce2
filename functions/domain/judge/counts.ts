import { findOutlying } from './outlying.ts';

/** How often something bad (an error, a very slow request) is to be expected, from history. */
export interface CountModel {
  /** Share of requests, by which `exposure` is turned into an expected count. */
  readonly rate: number;
  /** By instance: how many times as often it happens there. */
  readonly factors: ReadonlyMap<number, Factor>;
  /** Instances so far off the others that they say nothing of what befalls all. */
  readonly outlying: ReadonlySet<number>;
  /** Variance of those factors between instances. */
  readonly betweenInstances: number;
  /** Variance of the rate from look to look, relative to its square: overdispersion. */
  readonly betweenLooks: number;
  /** How many looks in a row tell as much as one alone, for bursts last. */
  readonly lastsLooks: number;
}

/** A gamma distribution: counts seen, and counts expected. */
export interface Factor {
  readonly seen: number;
  readonly expected: number;
}

export interface CountRow {
  readonly instance: number;
  readonly look: number;
  readonly isNew: boolean;
  readonly count: number;
  readonly requests: number;
  /** Expected count, if the rate were 1: requests for errors, what the shape says for slow ones. */
  readonly exposure: number;
}

/** How many counts it takes until a look is taken to be more what it shows than what is usual. */
const doubt = 3;

/** `rows`: the old version's, of the looks so far. `prior`: the rate and its exposure before anything was seen. */
export function fitCounts(rows: readonly CountRow[], prior: Factor): CountModel {
  const kept = findOutlying(rows, prior);
  const tame = (row: CountRow) => {
    const share = kept.get(row.instance);
    return share === undefined ? row : { ...row, count: row.count * share };
  };
  return fitTamed(rows.map(tame), prior, kept);
}

function fitTamed(rows: readonly CountRow[], prior: Factor, kept: ReadonlyMap<number, number>): CountModel {
  const seen = rows.reduce((sum, { count }) => sum + count, 0);
  const exposed = rows.reduce((sum, { exposure }) => sum + exposure, 0);
  const rate = (seen + prior.seen) / (exposed + prior.expected);
  const byInstance = Map.groupBy(rows, ({ instance }) => instance);
  const byLook = Map.groupBy(rows, ({ look }) => look);
  const looks = new Map(
    [...byLook].map(([look, of]) => [
      look,
      {
        count: of.reduce((sum, { count }) => sum + count, 0),
        expected: of.reduce((sum, { exposure }) => sum + exposure * rate, 0),
      },
    ]),
  );
  // What a look has in common is read from the others, or it would hide how much one differs from them.
  const expectedOf = ({ look, count, exposure }: CountRow, factor: number) => {
    const all = looks.get(look) ?? { count, expected: exposure * rate };
    return (exposure * rate * factor * (all.count - count + doubt)) / (all.expected - exposure * rate + doubt);
  };

  // Twice: how much looks differ is needed for how much instances do, and the other way round.
  let betweenLooks = 0.3;
  let betweenInstances = 0.1;
  let lastsLooks = 1;
  const factors = new Map<number, Factor>();
  for (let round = 0; round < 2; round++) {
    const totals = [...byInstance].map(([instance, of]) => {
      const expected = of.reduce((sum, row) => sum + expectedOf(row, 1), 0);
      const squares = of.reduce((sum, row) => sum + expectedOf(row, 1) ** 2, 0);
      // A count that comes in bursts tells less than it holds.
      const inflation = 1 + (expected > 0 ? (squares / expected) * betweenLooks * lastsLooks : 0);
      return { instance, count: of.reduce((sum, { count }) => sum + count, 0), expected, inflation };
    });
    let [excess, weight] = [4 * 0.1, 4];
    for (const { count, expected, inflation } of totals) {
      const information = expected ** 2 / (expected * inflation + 0.2 * expected ** 2 + 0.01);
      excess += expected > 0 ? information * (((count - expected) ** 2 - expected * inflation) / expected ** 2) : 0;
      weight += information;
    }
    betweenInstances = Math.max(0.02, excess / weight);
    for (const { instance, count, expected, inflation } of totals) {
      const shape = 1 / betweenInstances;
      factors.set(instance, { seen: shape + count / inflation, expected: shape + expected / inflation });
    }
    let [surplus, squares] = [5 * 0.3, 5];
    for (const row of rows) {
      const expected = expectedOf(row, meanFactor(factors.get(row.instance)));
      surplus += (row.count - expected) ** 2 - expected;
      squares += expected ** 2;
    }
    betweenLooks = Math.max(0.05, surplus / squares);
    lastsLooks = durationOf([...byInstance.values()], (row: CountRow) => {
      const expected = expectedOf(row, meanFactor(factors.get(row.instance)));
      return (row.count - expected) / Math.sqrt(expected + betweenLooks * expected ** 2 + 1e-9);
    });
  }
  // An outlying instance has its own factor by all of its counts.
  for (const [instance, share] of kept) {
    const shape = 1 / betweenInstances;
    const { seen, expected } = factors.get(instance) ?? { seen: shape, expected: shape };
    factors.set(instance, { seen: shape + (seen - shape) / share, expected });
  }
  return { rate, factors, outlying: new Set(kept.keys()), betweenInstances, betweenLooks, lastsLooks };
}

export function meanFactor(factor: Factor | undefined): number {
  return factor ? factor.seen / factor.expected : 1;
}

/** One and twice the correlations of neighbouring looks, as far as they are there. */
function durationOf(series: readonly (readonly CountRow[])[], deviation: (row: CountRow) => number): number {
  const lags = [0, 0, 0, 0];
  for (const rows of series) {
    const values = rows.map(row => Math.max(-4, Math.min(4, deviation(row))));
    for (const [at, value] of values.entries()) {
      for (const lag of lags.keys()) lags[lag] = (lags[lag] ?? 0) + value * (values[at - lag] ?? 0);
    }
  }
  const [power = 0, ...others] = lags;
  // As if fifty looks more had shown none.
  return 1 + 2 * others.reduce((sum, product) => sum + Math.max(0, product / (power + 50)), 0);
}
