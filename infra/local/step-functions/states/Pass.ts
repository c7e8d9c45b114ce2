import type { RunState } from '../interpreter/visit.ts';

/** Hands its input on, changed by its queries. */
export const runPass: RunState = async visit => ({
  ...(await visit.queries.complete(visit)),
  next: visit.state.Next,
});
