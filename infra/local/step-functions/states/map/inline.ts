import { Branch } from '../../interpreter/branch.ts';
import { Cancellation } from '../../interpreter/cancellation.ts';
import { noteAborts, runTogether } from '../../interpreter/group.ts';
import { Json } from '../../interpreter/json.ts';
import { runBranch } from '../../interpreter/run-branch.ts';
import type { Visit } from '../../interpreter/visit.ts';
import type { Iterations } from './iterations.ts';

/** As many iterations of an inline Map run at a time, whatever its own limit. */
const MAX_CONCURRENCY = 40;

/** Runs the iterations within the execution, their events in its history. */
export async function runIterations(visit: Visit, iterations: Iterations): Promise<Json> {
  const { branch, name } = visit;
  const { items, processor, maxConcurrency } = iterations;
  branch.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });

  const cancellation = new Cancellation(branch.cancellation);
  const active = new Map<number, Branch>();
  const outputs: Json[] = [];
  const place = (index: number) => ({ name, index });

  const start = (index: number, previousId: number): void => {
    const last = branch.note('MapIterationStarted', { mapIterationStartedEventDetails: place(index) }, previousId);
    active.set(index, new Branch(branch.run, { outer: branch, cancellation, item: items[index]?.item, last }));
  };
  const noteActiveAborts = (previousId: number): void => {
    for (const [index, iteration] of active) {
      branch.note('MapIterationAborted', { mapIterationAbortedEventDetails: place(index) }, previousId);
      noteAborts(iteration, previousId);
    }
  };
  visit.noteInnerAborts = noteActiveAborts;

  const width = Math.min(items.length, maxConcurrency || MAX_CONCURRENCY, MAX_CONCURRENCY);
  /** The iteration that each job is at. */
  const current = Array.from({ length: width }, (_, index) => index);
  for (const index of current) start(index, branch.last);
  let next = width;

  const jobs = current.map((_, job) => async () => {
    for (;;) {
      const index = current[job] ?? 0;
      const iteration = active.get(index);
      const input = items[index]?.input;
      if (!iteration || !input) return;
      outputs[index] = await runBranch(iteration, processor, input);
      branch.last = iteration.note('MapIterationSucceeded', { mapIterationSucceededEventDetails: place(index) });
      active.delete(index);
      if (next >= items.length) return;
      current[job] = next;
      start(next, iteration.last);
      next += 1;
    }
  });
  await runTogether(branch, cancellation, jobs, (job, isFatal) => {
    const index = current[job] ?? 0;
    const failed = active.get(index);
    if (!failed) return;
    branch.last = failed.last;
    if (isFatal) return;
    branch.note('MapIterationFailed', { mapIterationFailedEventDetails: place(index) });
    noteAborts(failed, failed.last);
    active.delete(index);
    noteActiveAborts(failed.last);
  });
  delete visit.noteInnerAborts;
  branch.note('MapStateSucceeded');
  return Json.list(outputs);
}
