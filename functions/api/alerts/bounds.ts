import * as z from 'zod/mini';
import { shownAtMost } from '#platform/faults.ts';

/*
 * Zod collects every fault before it tells the first. A group of alerts is large enough to hold millions, which no function has
 * the memory for: so whatever is long is looked at before its schema does.
 */

/** An object of at most so many entries, which are counted first. */
export function fewEntries<Schema extends z.ZodMiniType>(schema: Schema, atMost: number) {
  const count = z.transform((value: unknown, { issues }) => {
    if (typeof value === 'object' && value !== null && Object.keys(value).length > atMost) {
      issues.push({ code: 'custom', message: `must have at most ${atMost} entries`, input: value });
    }
    return value;
  });
  return z.pipe(count, schema);
}

/** A list of any length, whose items are looked at until as many faults are found as are told. */
export function upToManyFaults<Item extends z.ZodMiniType>(item: Item) {
  const look = z.transform((value: unknown, { issues }) => {
    if (!Array.isArray(value)) return value;
    for (const [at, one] of value.entries()) {
      if (issues.length >= shownAtMost) break;
      const { error } = item.safeParse(one, { reportInput: true });
      for (const issue of error?.issues ?? [])
        issues.push({ ...issue, path: [at, ...issue.path] } as z.core.$ZodRawIssue);
    }
    return value;
  });
  return z.pipe(look, z.array(item));
}
