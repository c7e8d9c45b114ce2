import type { CountRow, Counts as ReadCounts } from '../metrics/counts.ts';
import { toStorable } from '../text.ts';
import { firstLookAfter, type Grid, startOf } from './grid.ts';
import type { PlannedInstance, Sample } from './trace.ts';

/**
 * What was read, as it is kept. A row that says another version than its instance is known to run is left out: it drifted, has not
 * reported yet, or is of the version before and did not end.
 */
export function toSamples(
  grid: Grid,
  first: number,
  { buckets, looks }: ReadCounts,
  planned: readonly PlannedInstance[],
  target: string,
): readonly Sample[] {
  const updated = updatedLooks(grid, planned);
  return looks.map(({ rows }, at) => {
    const look = first + at;
    const kept = Object.entries(rows).flatMap(([id, of]) => {
      const row = findRow(of, target, isNew(updated, id, look));
      return row ? [[id, row.counts] as const] : [];
    });
    return { look, buckets, counts: Object.fromEntries(kept) };
  });
}

/** The one under the version that is known; of several old ones that which serves; else what does not say its version. */
function findRow(rows: readonly CountRow[], target: string, isNew: boolean): CountRow | undefined {
  const known = rows.filter(({ version }) => version !== null && (version === target) === isNew);
  const [most] = known.toSorted((one, other) => (other.counts[0] ?? 0) - (one.counts[0] ?? 0));
  return most ?? rows.find(({ version }) => version === null);
}

/** Who served requests of the new version in the last look that was read, and is none of the planned instances. */
export function findStrangers(
  { looks }: ReadCounts,
  planned: readonly PlannedInstance[],
  target: string,
): readonly string[] {
  const known = new Set(planned.map(({ id }) => id));
  const strangers = Object.entries(looks.at(-1)?.rows ?? {}).filter(
    ([id, rows]) => !known.has(id) && rows.some(({ version, counts: [n = 0] }) => version === target && n > 0),
  );
  return nameSome(strangers.map(([id]) => id));
}

/** As which other versions updated instances served requests in the last look that was read, and none as the new one. */
export function findOtherVersions(
  grid: Grid,
  first: number,
  { looks }: ReadCounts,
  planned: readonly PlannedInstance[],
  target: string,
): readonly string[] {
  const updated = updatedLooks(grid, planned);
  const look = first + looks.length - 1;
  const versions = Object.entries(looks.at(-1)?.rows ?? {}).flatMap(([id, rows]) => {
    const served = rows.flatMap(({ version, counts: [n = 0] }) => (n > 0 ? [version ?? target] : []));
    return isNew(updated, id, look) && !served.includes(target) ? served : [];
  });
  return nameSome(versions);
}

/** More would not be read, nor would longer ones: a label may hold anything. */
const mostNamed = 3;
const mostCharacters = 100;

function nameSome(names: readonly string[]): readonly string[] {
  return [...new Set(names)].slice(0, mostNamed).map(name => toStorable(name, mostCharacters));
}

/** Requests that the new version served in looks that ended after a time. */
export function countRequests(
  grid: Grid,
  samples: readonly Sample[],
  planned: readonly PlannedInstance[],
  since: number,
): number {
  const updated = updatedLooks(grid, planned);
  const rows = samples
    .filter(({ look }) => startOf(grid, look + 1) > since)
    .flatMap(({ look, counts }) => Object.entries(counts).filter(([id]) => isNew(updated, id, look)));
  return rows.reduce((sum, [, [requests = 0]]) => sum + requests, 0);
}

function updatedLooks(grid: Grid, planned: readonly PlannedInstance[]): ReadonlyMap<string, number> {
  return new Map(
    planned.flatMap(({ id, updateTime }) =>
      updateTime === null ? [] : [[id, firstLookAfter(grid, updateTime)] as const],
    ),
  );
}

function isNew(updated: ReadonlyMap<string, number>, id: string, look: number): boolean {
  return look >= (updated.get(id) ?? Number.POSITIVE_INFINITY);
}
