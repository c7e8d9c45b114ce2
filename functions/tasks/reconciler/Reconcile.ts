import type { Context } from 'aws-lambda';
import { reconcile } from '#data/reconciler.ts';
import { patiently } from '#platform/patience.ts';
import { sendSignals } from '#platform/workflows.ts';
import { publishLeft } from './publish-left.ts';
import { replaceClosed } from './replace-closed.ts';
import { writeState } from './write-state.ts';

interface ReconcileInput {
  /** The control plane begins to be up: no silence before this moment counts, and nothing that runs is taken for granted. */
  readonly started?: boolean;
}

interface Reconciliation {
  readonly open: number;
  readonly replaced: number;
  readonly sent: number;
}

/** Picks up what a death between two steps has left lying. Runs every minute; twice at once does no harm. */
export function handler({ started = false }: ReconcileInput, { awsRequestId }: Context): Promise<Reconciliation> {
  return patiently('task', awsRequestId, () => pickUp(started));
}

async function pickUp(started: boolean): Promise<Reconciliation> {
  const { open, signals, unpublished, state } = await reconcile({ started });
  await writeState(state);
  await sendSignals(signals);
  const replaced = await replaceClosed(open);
  await publishLeft(unpublished);
  return { open: open.length, replaced, sent: signals.length };
}
