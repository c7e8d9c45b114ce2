import { StateFailure } from '../interpreter/failure.ts';
import type { RunState } from '../interpreter/visit.ts';

/** Ends its branch with the error that it names. */
export const runFail: RunState = async visit => {
  const error = await visit.queries.text(visit, 'Error');
  throw new StateFailure(error, await visit.queries.text(visit, 'Cause'));
};
