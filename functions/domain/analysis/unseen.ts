import type { Trace } from '../judge/trace.ts';

/**
 * A program has no counter of requests before its first one. So an instance that was seen before its update and not once since has
 * served nothing, as far as anyone can tell: from the end of its warm-up on, it has rows of zeros wherever others are seen.
 */
export function showUnseen(trace: Trace, warmUpLooks: number): Trace {
  const unseen = findUnseen(trace);
  if (unseen.length === 0) return trace;
  const nothing = [0, 0, ...trace.buckets.map(() => 0), 0];
  const looks = trace.looks.map((rows, look) => {
    if (Object.keys(rows).length === 0) return rows;
    const due = unseen.filter(({ updatedAtLook }) => look >= updatedAtLook + warmUpLooks);
    return due.length === 0 ? rows : { ...rows, ...Object.fromEntries(due.map(({ id }) => [id, nothing])) };
  });
  return { ...trace, looks };
}

function findUnseen({ instances, looks }: Trace) {
  const lastSeen = new Map<string, number>();
  for (const [look, rows] of looks.entries()) for (const id of Object.keys(rows)) lastSeen.set(id, look);
  return instances.flatMap(({ id, updatedAtLook }) => {
    const last = lastSeen.get(id);
    return updatedAtLook !== null && last !== undefined && last < updatedAtLook ? [{ id, updatedAtLook }] : [];
  });
}
