/** What is asked for, times in epoch seconds; what is left out is chosen. */
export interface AskedRange {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  /** Seconds from one point to the next. */
  readonly granule?: number | undefined;
}

/** Points at `start`, and every `step` seconds up to `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

export interface RangeFault {
  readonly field: keyof AskedRange;
  readonly message: string;
}

/** As many as Prometheus answers. */
export const pointsAtMost = 11_000;

const usualSeconds = 3600;
const longestYears = 10;
const longestSeconds = longestYears * 366 * 86_400;

/** Clocks differ. */
const futureSeconds = 300;

/** Where nobody says: the finest that a graph has room for. */
const usualGranules = [60, 300, 900, 3600, 21_600, 86_400];
const usualPoints = 300;

/**
 * The range that is meant, or all that is wrong with it. Both ends are rounded down to the granule, so that who asks again in the
 * same granule gets the same points, and each has seen the whole of its granule.
 * @param now epoch seconds
 */
export function toRange(asked: AskedRange, now: number): Range | readonly RangeFault[] {
  const end = asked.end ?? now;
  const start = asked.start ?? end - usualSeconds;
  const step = asked.granule ?? usualGranules.find(seconds => (end - start) / seconds < usualPoints) ?? 86_400;
  const range = { start: roundDown(start, step), end: roundDown(end, step), step };
  const points = (range.end - range.start) / step + 1;
  const faults: RangeFault[] = [];
  if (start > now + futureSeconds) faults.push({ field: 'start', message: 'is in the future' });
  if (end < start) faults.push({ field: 'end', message: 'is before start' });
  else if (end - start > longestSeconds) {
    faults.push({ field: 'start', message: `is more than ${longestYears} years before the end` });
  } else if (points > pointsAtMost) {
    const least = Math.ceil((end - start) / (pointsAtMost - 1));
    faults.push({
      field: 'granule',
      message: `gives ${points} points, of at most ${pointsAtMost}: at least ${least}s`,
    });
  }
  return faults.length > 0 ? faults : range;
}

function roundDown(seconds: number, step: number): number {
  return Math.floor(seconds / step) * step;
}

/** What `$window` stands for: rates of less than four scrapes are none when one of them fails. */
export function toWindow(granule: number, scrapeSeconds: number): number {
  return Math.max(granule, 60, 4 * scrapeSeconds);
}
