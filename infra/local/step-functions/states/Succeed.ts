import type { RunState } from '../interpreter/visit.ts';

/** Ends its branch well. */
export const runSucceed: RunState = async visit => ({
  ...(await visit.queries.complete(visit)),
  next: undefined,
});
