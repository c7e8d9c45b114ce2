/**
 * One release as counts. A row holds what one instance did during one look: requests, errors, and the count of each latency
 * bucket, that of +Inf last. They are increments, not cumulative. An instance that was not seen in a look has no row in it.
 */
export interface Trace {
  readonly lookSeconds: number;
  /** The first look of the release; those before it are history. */
  readonly startLook: number;
  /** Upper bounds of the latency histogram in seconds, rising; +Inf follows. */
  readonly buckets: readonly number[];
  /** `updatedAtLook`: the first look that it spent wholly on the new version; null: it has not, as far as is known. */
  readonly instances: readonly { readonly id: string; readonly updatedAtLook: number | null }[];
  readonly looks: readonly Readonly<Record<string, readonly number[]>>[];
}

/** What one instance did in one look. */
export interface Row {
  /** Its place among the trace's instances. */
  readonly instance: number;
  /** Looks since its update; negative: it runs the old version. */
  readonly age: number;
  readonly requests: number;
  readonly errors: number;
  /** For each latency bucket, that of +Inf last. */
  readonly counts: readonly number[];
}

/** The rows of a look. What happens to an instance later is of no meaning in it. */
export function readRows(trace: Trace, look: number): readonly Row[] {
  const seen = trace.looks[look] ?? {};
  return trace.instances.flatMap(({ id, updatedAtLook }, instance) => {
    const row = Object.hasOwn(seen, id) ? seen[id] : undefined;
    if (!row) return [];
    const [requests = 0, errors = 0, ...counts] = row;
    return [{ instance, age: updatedAtLook === null ? -1 : look - updatedAtLook, requests, errors, counts }];
  });
}
