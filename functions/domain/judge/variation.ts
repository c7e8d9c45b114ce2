import type { History, Rest } from './history.ts';
import type { Variation } from './level.ts';
import { median } from './robust.ts';

const memories = [0, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97];
const drifts = [0.01, 0.02, 0.03, 0.045, 0.06, 0.08, 0.11, 0.15, 0.2, 0.3];

/** How one that is sick may vary. It says nothing of how the others do. */
const sick = { memory: 0.92, drift: 1, chance: 0.02 };

/**
 * How latencies vary when nothing is wrong, from history. Where that is short, what is usual has its say: each guess of memory
 * and drift is weighed by how likely it makes what was seen, and by how usual it is.
 */
export function estimateVariation({ instances, shared }: History): Variation {
  const known = [...instances.values()];
  const guesses = memories.flatMap(memory =>
    drifts.map(drift => ({ memory, drift, logWeight: usualness(memory, drift) })),
  );
  for (const { rests } of known) {
    const ofSick = likelihood(rests, sick) + Math.log(sick.chance);
    for (const guess of guesses) guess.logWeight += logSum(likelihood(rests, guess), ofSick);
  }
  const best = Math.max(...guesses.map(({ logWeight }) => logWeight));
  let [weights, memory, square] = [0, 0, 0];
  for (const guess of guesses) {
    const weight = Math.exp(guess.logWeight - best);
    weights += weight;
    memory += weight * guess.memory;
    square += weight * guess.drift ** 2;
  }
  return {
    memory: memory / weights,
    drift: Math.sqrt(square / weights),
    spread: spreadOf(known.map(({ offset }) => offset)),
    sharedStep: stepOf(shared),
  };
}

function usualness(memory: number, drift: number): number {
  return -0.5 * ((Math.log(drift) - Math.log(0.08)) / 0.8) ** 2 - 0.5 * ((memory - 0.7) / 0.25) ** 2;
}

function logSum(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Of what one instance left unexplained, under an unknown offset and a drift; a look that is far off counts as one that is less so. */
function likelihood(rests: readonly Rest[], { memory, drift }: { memory: number; drift: number }): number {
  let [offset, state, varOffset, covariance, varDrift, sum] = [0, 0, 1, 0, drift * drift, 0];
  let last = rests[0]?.look ?? 0;
  for (const { look, shift, variance } of rests) {
    const kept = look === last + 1 ? memory : memory ** (look - last);
    last = look;
    state *= kept;
    covariance *= kept;
    varDrift = kept * kept * varDrift + (1 - kept * kept) * drift * drift;
    const total = varOffset + 2 * covariance + varDrift + variance;
    const innovation = shift - offset - state;
    const square = (innovation * innovation) / total;
    sum -= 0.5 * (Math.log(total) + (square < 9 ? square : 9 + 9 * Math.log(square / 9)));
    const gainOffset = (varOffset + covariance) / total;
    const gainDrift = (covariance + varDrift) / total;
    offset += gainOffset * innovation;
    state += gainDrift * innovation;
    const [oo, od, dd] = [varOffset, covariance, varDrift];
    varOffset = oo - gainOffset * (oo + od);
    covariance = od - gainOffset * (od + dd);
    varDrift = dd - gainDrift * (od + dd);
  }
  return sum;
}

/** One that is far off counts as one that is less so: it says nothing of how the others differ. */
function spreadOf(offsets: readonly number[]): number {
  const middle = median(offsets);
  let spread = Infinity;
  for (let round = 0; round < 12; round++) {
    const furthest = 3 * spread;
    const squares = offsets.reduce((sum, offset) => sum + Math.min(Math.abs(offset - middle), furthest) ** 2, 0);
    spread = Math.sqrt((4 * 0.2 ** 2 + squares) / (4 + Math.max(0, offsets.length - 1)));
  }
  return spread;
}

function stepOf(shared: readonly (number | undefined)[]): number {
  let [sum, count] = [4 * 0.05 ** 2, 4];
  for (const [look, shift] of shared.entries()) {
    const before = shared[look - 1];
    if (shift === undefined || before === undefined) continue;
    sum += Math.min((shift - before) ** 2, 0.25);
    count++;
  }
  return Math.sqrt(sum / count);
}
