import { Branch } from '../interpreter/branch.ts';
import { Cancellation } from '../interpreter/cancellation.ts';
import { noteAborts, runTogether } from '../interpreter/group.ts';
import { Json } from '../interpreter/json.ts';
import { runBranch } from '../interpreter/run-branch.ts';
import type { RunState } from '../interpreter/visit.ts';

/** Runs its branches side by side on the same input; the result lists their outputs. */
export const runParallel: RunState = async visit => {
  const { branch, state, queries } = visit;
  const input = await queries.arguments(visit);
  branch.record('ParallelStateStarted');
  const cancellation = new Cancellation(branch.cancellation);
  const flows = state.Branches ?? [];
  const children = flows.map(() => new Branch(branch.run, { outer: branch, cancellation }));
  const noteAllAborts = (previousId: number) => {
    for (const child of children) noteAborts(child, previousId);
  };
  visit.noteInnerAborts = noteAllAborts;
  const outputs: Json[] = [];
  const follow = (child: Branch): void => {
    branch.last = child.last;
  };
  const jobs = children.map((child, index) => async () => {
    const flow = flows[index];
    if (flow) outputs[index] = await runBranch(child, flow, input);
    follow(child);
  });
  await runTogether(branch, cancellation, jobs, (index, isFatal) => {
    const failed = children[index];
    if (!failed) return;
    follow(failed);
    if (!isFatal) noteAllAborts(failed.last);
  });
  delete visit.noteInnerAborts;
  branch.note('ParallelStateSucceeded');
  return { ...(await queries.complete(visit, Json.list(outputs))), next: state.Next };
};
