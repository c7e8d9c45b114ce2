import type { CountRow, Factor } from './counts.ts';

/** From so many standard deviations on. */
const farOff = 4;
/** What instances usually differ by, as a variance relative to the square. */
const usualSpread = 0.1;

interface Total {
  readonly count: number;
  readonly exposure: number;
}

/**
 * Instances on which it happens far more often than on the rest, the worst tenth at most, one at least; and which share of their
 * counts is kept where all are looked at together, which makes each of them as unusual as the worst of the rest. Whole, one that
 * is sick would make the others look as if they had nothing, and any difference usual; left out, the others too much alike.
 */
export function findOutlying(rows: readonly CountRow[], prior: Factor): ReadonlyMap<number, number> {
  const left = new Map<number, Total>();
  for (const [instance, of] of Map.groupBy(rows, ({ instance }) => instance)) left.set(instance, sumUp(of));
  const most = left.size >= 3 ? Math.ceil(left.size / 10) : 0;
  const found = new Map<number, Total>();
  let all = sumUp([...left.values()]);
  let worst = findWorst(left, all, prior);
  while (found.size < most && worst && worst.distance >= farOff) {
    left.delete(worst.instance);
    found.set(worst.instance, worst.total);
    all = sumUp([...left.values()]);
    worst = findWorst(left, all, prior);
  }
  const furthest = Math.max(0, worst?.distance ?? 0);
  return new Map(
    [...found].map(([instance, { count, exposure }]) => {
      const expected = (exposure * (prior.seen + all.count)) / (prior.expected + all.exposure);
      const most = (rootOf(expected) + furthest * deviationOf(expected)) ** 2 - rootOf(0) ** 2;
      return [instance, Math.min(1, most / count)];
    }),
  );
}

function findWorst(left: ReadonlyMap<number, Total>, all: Total, prior: Factor) {
  let worst: { readonly instance: number; readonly total: Total; readonly distance: number } | undefined;
  for (const [instance, total] of left) {
    // Next to the others without it: it would draw them near.
    const { count, exposure } = total;
    const expected = (exposure * (prior.seen + all.count - count)) / (prior.expected + all.exposure - exposure);
    const distance = (rootOf(count) - rootOf(expected)) / deviationOf(expected);
    if (!worst || distance > worst.distance) worst = { instance, total, distance };
  }
  return worst;
}

/** Anscombe's: roots of counts scatter alike, however few there are, so that three against hardly any are not far off. */
function rootOf(count: number): number {
  return Math.sqrt(count + 3 / 8);
}

/** The standard deviation of such a root. */
function deviationOf(expected: number): number {
  return Math.sqrt(1 + usualSpread * expected) / 2;
}

function sumUp(rows: readonly Total[]): Total {
  return {
    count: rows.reduce((sum, { count }) => sum + count, 0),
    exposure: rows.reduce((sum, { exposure }) => sum + exposure, 0),
  };
}
