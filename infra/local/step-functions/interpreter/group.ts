import type { Branch } from './branch.ts';
import type { Cancellation } from './cancellation.ts';
import { Cancelled, FatalFailure } from './failure.ts';

/** The states whose end by something outside is an event. */
const ABORTABLE = new Set(['Task', 'Wait', 'Map', 'Parallel']);

/**
 * Runs jobs side by side, each a branch of its own that takes its turns through the baton.
 * The first that fails ends the others.
 * @param cancellation of all jobs together
 * @param onFailure takes note of the failure of the job with that index, while it still holds the baton;
 *   a fatal one ends the execution at once, with no event of the states around it
 * @throws what the first one threw, when all have ended
 */
export async function runTogether(
  parent: Branch,
  cancellation: Cancellation,
  jobs: readonly (() => Promise<void>)[],
  onFailure: (index: number, isFatal: boolean) => void,
): Promise<void> {
  const { baton } = parent.run;
  let failure: unknown;
  const runJob = async (job: () => Promise<void>, index: number): Promise<void> => {
    await baton.take();
    try {
      cancellation.throwIfCancelled();
      await job();
    } catch (error) {
      if (failure !== undefined || error instanceof Cancelled) return;
      failure = error;
      onFailure(index, error instanceof FatalFailure);
      cancellation.cancel();
    } finally {
      baton.pass();
    }
  };
  try {
    await parent.wait(Promise.all(jobs.map(runJob)));
  } finally {
    cancellation.dispose();
  }
  if (failure !== undefined) throw failure;
}

/** Records that the state which a branch is in was ended from outside, and what runs in it. */
export function noteAborts({ visit, run }: Branch, previousId: number): void {
  if (!visit) return;
  if (ABORTABLE.has(visit.state.Type)) run.history.append(`${visit.state.Type}StateAborted`, previousId);
  visit.noteInnerAborts?.(previousId);
}
