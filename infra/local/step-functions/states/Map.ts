import type { Json } from '../interpreter/json.ts';
import type { Exit, RunState, Visit } from '../interpreter/visit.ts';
import { runIterations } from './map/inline.ts';
import { readIterations } from './map/iterations.ts';

/** Runs its processor once for each item; the result lists the outputs in the order of the items. */
export const runMap: RunState = async visit => {
  const iterations = await readIterations(visit);
  const result = await runIterations(visit, iterations);
  return exitWith(visit, result);
};

async function exitWith(visit: Visit, result: Json): Promise<Exit> {
  return { ...(await visit.queries.complete(visit, result)), next: visit.state.Next };
}
