import { median } from './figure.ts';

/** Milliseconds that it takes. */
export async function time(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

/**
 * The median milliseconds of each of these, taken in turn, so that what else the machine does strikes all alike. The first
 * tenth warms up.
 */
export async function compareTimes<Name extends string>(
  rounds: number,
  runs: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(runs) as Name[];
  const times = new Map<Name, number[]>(names.map(name => [name, []]));
  const warming = Math.ceil(rounds / 10);
  for (let round = -warming; round < rounds; round += 1) {
    for (const name of names) {
      const taken = await time(runs[name]);
      if (round >= 0) times.get(name)?.push(taken);
    }
  }
  return Object.fromEntries(names.map(name => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}
