import type { Judgement } from './judgement.ts';
import { defaultJudgePolicy, type JudgePolicy } from './policy.ts';
import { Release } from './release.ts';
import type { Trace } from './trace.ts';

/** Judges a release by all of its looks so far. It ends at the first that stops it; at each, only those up to it are used. */
export function judge(trace: Trace, policy: JudgePolicy = defaultJudgePolicy): Judgement {
  const release = new Release(trace, policy);
  for (let look = 0; look < trace.looks.length; look++) {
    const stop = release.look(look);
    if (stop) return stop;
  }
  return release.end();
}
