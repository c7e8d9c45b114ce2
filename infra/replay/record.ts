import { acceptStop, conclude } from '../../functions/domain/analysis/conclude.ts';
import type { Verdict } from '../../functions/domain/analysis/look.ts';
import { addLook, type Tally, tallyOf } from '../../functions/domain/analysis/tally.ts';
import type { Release } from './release.ts';

/** Where a release is stopped by what its looks found. */
export type Stop = {
  readonly look: number;
  readonly batch: number;
  readonly verdict: Verdict;
  readonly reaction: 'pause' | 'rollback';
  readonly reason: string;
};

export type Record = {
  /** For each look, whether it was the last of its bake, whose time was over. */
  readonly ends: readonly boolean[];
  /** Those that a person let it go on after. */
  readonly accepted: readonly Stop[];
  /** The first that nobody did. */
  readonly stop: Stop | undefined;
};

/** What the looks came to when they were taken. */
export function readRecord({ looks, policy, deployment }: Release): Record {
  const ends: boolean[] = [];
  const accepted: Stop[] = [];
  let stop: Stop | undefined;
  let tally: Tally | null = null;
  for (const { number: look, batch, aftermath, ...found } of looks) {
    tally = addLook(tallyOf(policy, batch, tally), found);
    const midway = conclude(policy, tally, deployment.strategy.onFailure, false);
    // What does not stop a bake midway, yet stopped it, did so at its end.
    const isEnd = aftermath.isOver || (aftermath.stop !== undefined && midway.kind !== 'stop');
    ends.push(isEnd);
    const conclusion = conclude(policy, tally, deployment.strategy.onFailure, isEnd);
    if (aftermath.stop === undefined || conclusion.kind !== 'stop') continue;
    const { verdict, reaction, reason } = conclusion;
    const here = { look, batch, verdict, reaction, reason };
    if (aftermath.wentOn) {
      tally = acceptStop(policy, tally);
      accepted.push(here);
    } else stop ??= here;
  }
  return { ends, accepted, stop };
}
