import { runtimeFailure } from '../interpreter/failure.ts';
import type { RunState } from '../interpreter/visit.ts';
import { entered } from '../queries/results.ts';

/** Goes where the first rule that holds says, else to the default. */
export const runChoice: RunState = async visit => {
  const rule = await visit.queries.choose(visit);
  const next = rule ? rule.Next : visit.state.Default;
  if (next === undefined) {
    throw runtimeFailure(
      `${entered(visit)}Failed to transition out of the state. The state does not point to a next state.`,
    );
  }
  return { ...(await visit.queries.complete(visit, undefined, rule)), next };
};
