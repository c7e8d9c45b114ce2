import { normalCdf, normalQuantile } from './normal.ts';

/**
 * The latencies of the past as one distribution that can be shifted in log time, and what rank (ridit) a request of each
 * bucket has in it. Ranks are bounded, so that one request says something and none says too much.
 */
export interface Shape {
  /** The mean rank of each bucket, 0 to 1. */
  readonly ridits: readonly number[];
  /** What ranks are like once all requests take `exp(shift)` times as long. */
  readonly ranksAt: (shift: number) => Ranks;
  /** The share of requests above the upper bound of a bucket, at a shift. */
  readonly shareAbove: (bucket: number, shift: number) => number;
}

interface Ranks {
  readonly mean: number;
  readonly variance: number;
  /** How the mean changes with the shift. */
  readonly slope: number;
}

const widest = 6;
const step = 0.05;

/** `counts`: of the past in each bucket, that of +Inf last. */
export function fitShape(buckets: readonly number[], counts: readonly number[]): Shape {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  let below = 0;
  const ridits = counts.map(count => {
    below += count;
    return (below - count / 2) / total;
  });
  const curve = fitCurve(buckets, counts, total);
  const bounds = buckets.map(Math.log);
  const table = makeTable(ridits, shift => bounds.map(bound => normalCdf(curve(bound - shift))));
  return {
    ridits,
    ranksAt: shift => interpolate(table, shift),
    shareAbove: (bucket, shift) => 1 - normalCdf(curve((bounds[bucket] ?? Infinity) - shift)),
  };
}

/** Cumulative shares as normal quantiles over log time: there most latencies are nearly a straight line between two bounds. */
function fitCurve(buckets: readonly number[], counts: readonly number[], total: number): (x: number) => number {
  const xs: number[] = [];
  const ys: number[] = [];
  let below = 0;
  for (const [index, bound] of buckets.entries()) {
    below += counts[index] ?? 0;
    if (below < 0.5 || below > total - 0.5) continue;
    xs.push(Math.log(bound));
    ys.push(normalQuantile(below / total));
  }
  const first = xs[0];
  const last = xs.at(-1);
  if (first === undefined || last === undefined) return lineThroughOneBucket(buckets, counts);
  const [low = 0, high = 0] = [ys[0], ys.at(-1)];
  // Beyond what was seen the curve goes on with its slope on the whole; a usual one where a single bound cuts it.
  const slope = last > first ? Math.max(0.3, (high - low) / (last - first)) : 1.5;
  return x => {
    if (x <= first) return low + slope * (x - first);
    if (x >= last) return high + slope * (x - last);
    let at = 1;
    while (x > (xs[at] ?? Infinity)) at++;
    const [x0 = 0, x1 = 0, y0 = 0, y1 = 0] = [xs[at - 1], xs[at], ys[at - 1], ys[at]];
    return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  };
}

/** No bound cuts what was seen: it is taken to lie in the middle of its bucket. */
function lineThroughOneBucket(buckets: readonly number[], counts: readonly number[]): (x: number) => number {
  const at = Math.max(
    0,
    counts.findIndex(count => count > 0),
  );
  const upper = Math.log(buckets[at] ?? 2 * (buckets.at(-1) ?? 1));
  const lower = Math.log(buckets[at - 1] ?? (buckets[at] ?? 1) / 2);
  return x => 3 * (x - (upper + lower) / 2);
}

function makeTable(ridits: readonly number[], cumulative: (shift: number) => readonly number[]): readonly Ranks[] {
  const moments = Array.from({ length: (2 * widest) / step + 1 }, (_, index) => {
    const below = [...cumulative(index * step - widest), 1];
    let [mean, square, done] = [0, 0, 0];
    for (const [bucket, ridit] of ridits.entries()) {
      const share = (below[bucket] ?? 1) - done;
      done += share;
      mean += share * ridit;
      square += share * ridit * ridit;
    }
    return { mean, variance: Math.max(square - mean * mean, 0.003) };
  });
  return moments.map(({ mean, variance }, index) => {
    const before = moments[index - 1]?.mean ?? mean;
    const after = moments[index + 1]?.mean ?? mean;
    return { mean, variance, slope: Math.max((after - before) / (2 * step), 0.001) };
  });
}

function interpolate(table: readonly Ranks[], shift: number): Ranks {
  const place = Math.min(Math.max((shift + widest) / step, 0), table.length - 1.001);
  const at = Math.floor(place);
  const part = place - at;
  const [a, b] = [table[at], table[at + 1]];
  if (!a || !b) throw new RangeError(`no ranks at a shift of ${shift}`);
  return {
    mean: a.mean + part * (b.mean - a.mean),
    variance: a.variance + part * (b.variance - a.variance),
    slope: a.slope + part * (b.slope - a.slope),
  };
}
