import type { RunState } from '../interpreter/visit.ts';
import { runMapRun } from './map/distributed.ts';
import { runIterations } from './map/inline.ts';
import { readIterations } from './map/iterations.ts';

/** Runs its processor once for each item; the result lists the outputs in the order of the items. */
export const runMap: RunState = async visit => {
  const iterations = await readIterations(visit);
  const distributed = iterations.processor.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const result = await (distributed ? runMapRun : runIterations)(visit, iterations);
  return { ...(await visit.queries.complete(visit, result)), next: visit.state.Next };
};
