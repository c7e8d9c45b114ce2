import type { Context } from 'aws-lambda';
import { reconcile } from '#data/reconciler.ts';
import { env } from '#platform/env.ts';
import { patiently } from '#platform/patience.ts';
import { sendSignals } from '#platform/workflows.ts';
import { isQuiet, type ReconcileEvent } from './is-quiet.ts';
import { pruneSome } from './prune-some.ts';
import { publishLeft } from './publish-left.ts';
import { replaceClosed } from './replace-closed.ts';
import { writeState } from './write-state.ts';

const databasePauses = env('DATABASE_PAUSES') === 'true';

/** It looks every minute; where that would keep the database awake, at least every hour. Some more is no silence yet. */
const unseenSeconds = databasePauses ? 3900 : 150;

interface Reconciliation {
  readonly open: number;
  readonly replaced: number;
  readonly sent: number;
}

/**
 * Picks up what a death between two steps has left lying. Runs every minute; twice at once does no harm. Answers null where it let
 * the database sleep.
 */
export async function handler(event: ReconcileEvent, { awsRequestId }: Context): Promise<Reconciliation | null> {
  if (databasePauses && (await isQuiet(event))) return null;
  return patiently('task', awsRequestId, () => pickUp(event.started ?? false));
}

async function pickUp(started: boolean): Promise<Reconciliation> {
  const { open, signals, unpublished, state } = await reconcile({ started, unseenSeconds });
  await writeState(state, databasePauses);
  await sendSignals(signals);
  const replaced = await replaceClosed(open);
  await publishLeft(unpublished);
  if (state.isPruneDue) await pruneSome();
  return { open: open.length, replaced, sent: signals.length };
}
