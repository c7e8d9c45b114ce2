/**
 * Counts lie on a grid: look 0 begins with the deployment, looks below 0 are history. Times are in seconds since the epoch.
 * Looks of the grid are of time; that the release is looked at happens when it is due.
 */
export interface Grid {
  /** When look 0 begins. */
  readonly origin: number;
  readonly interval: number;
}

/** How much of the past the new version is compared with. */
export const historyLooks = 40;

/** However long nobody looked, no more than this is fetched at once: what lies before it stays unknown. */
export const mostAtOnce = 120;

/** Nor are the counts of more instances and looks: an answer of 32 MB, and a request of 4 MiB to store them, hold this many. */
const mostCounts = 30_000;

/** The grid of a deployment that began at this time: on multiples of the interval, so that answers of Prometheus can be shared. */
export function gridFrom(startTime: number, interval: number): Grid {
  return { origin: Math.floor(startTime / interval) * interval, interval };
}

export function startOf({ origin, interval }: Grid, look: number): number {
  return origin + look * interval;
}

/**
 * The looks that are over and not stored yet, as [first, after the last].
 * @param stored the last that is; null: none
 * @param total instances of the release
 */
export function missingLooks(grid: Grid, stored: number | null, total: number, now: number): readonly [number, number] {
  const end = Math.floor((now - grid.origin) / grid.interval);
  const most = Math.min(mostAtOnce, Math.max(1, Math.floor(mostCounts / Math.max(1, total))));
  const first = stored === null ? -historyLooks : stored + 1;
  return [Math.min(end, Math.max(first, end - most)), end];
}

/** What is judged at once is as much as a function has memory and time for. */
const mostJudged = 150_000;
const leastJudged = 10;

/**
 * Of longer releases of large fleets the past is judged, and what comes after this look, as look_facts says.
 * @param stored the last that was, before those that a look adds; null: none
 */
export function judgedSince(stored: number | null, total: number): number {
  if (stored === null) return -1;
  return stored - Math.max(leastJudged, Math.floor(mostJudged / Math.max(1, total)));
}

/** The first look that begins when this has happened already. */
export function firstLookAfter({ origin, interval }: Grid, time: number): number {
  return Math.ceil((time - origin) / interval);
}
