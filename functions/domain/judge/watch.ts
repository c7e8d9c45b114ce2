import { ErrorRatioEvidence } from './error-ratio-evidence.ts';
import { LatencyEvidence } from './latency-evidence.ts';
import type { JudgePolicy } from './policy.ts';
import type { Row } from './trace.ts';

/** All that is measured of a release, set against what its past lets expect. */
export class Watch {
  readonly latency: LatencyEvidence;
  readonly errorRatio: ErrorRatioEvidence;

  /** `looks`: all so far, the past from which what is usual is read; those from `startLook` on are taken as evidence too. */
  constructor(buckets: readonly number[], looks: readonly (readonly Row[])[], startLook: number, policy: JudgePolicy) {
    this.latency = new LatencyEvidence(buckets, looks, startLook, policy);
    this.errorRatio = new ErrorRatioEvidence(looks, policy);
    for (const [look, rows] of looks.entries()) if (look >= startLook) this.errorRatio.look(rows, look);
  }

  look(rows: readonly Row[], look: number): void {
    this.latency.look(rows, look);
    this.errorRatio.look(rows, look);
  }
}
