import type { CheckResult, Verdict } from '../../functions/domain/analysis/look.ts';
import type { Policy } from '../../functions/domain/analysis/policy.ts';
import { readRecord, type Stop } from './record.ts';
import { rejudge } from './rejudge.ts';
import type { Release } from './release.ts';

/** How a policy judges a release, beside how it was judged. */
export type Report = {
  readonly deployID: string;
  readonly service: string;
  readonly version: string;
  /** What is replayed: the policy without the checks that are left out. */
  readonly policy: Policy;
  readonly leftOut: readonly string[];
  readonly looks: readonly LookReport[];
  readonly recorded: Course & { readonly status: string; readonly reason?: string };
  /** What would have been. */
  readonly replayed: Course;
};

/** Where a release is stopped: `accepted` by a person who lets it go on, and for good; left out: nowhere. */
export type Course = { readonly accepted?: readonly Stop[]; readonly stop?: Stop };

type LookReport = {
  readonly number: number;
  readonly batch: number;
  readonly time: string;
  readonly recorded: Verdict;
  readonly replayed: Verdict;
  readonly reason?: string;
  readonly checks: readonly CheckResult[];
};

export function makeReport(release: Release, asked: Policy): Report {
  const { deployment } = release;
  const { ends, ...then } = readRecord(release);
  const { looks, policy, leftOut, ...now } = rejudge(release, asked, ends);
  return {
    deployID: deployment.id,
    service: deployment.service,
    version: deployment.version,
    ...{ policy, leftOut },
    looks: looks.map(({ recorded, look, reason }) => ({
      ...{ number: recorded.number, batch: recorded.batch, time: recorded.time },
      ...{ recorded: recorded.verdict, replayed: look.verdict },
      ...(reason === undefined ? {} : { reason }),
      checks: look.checks,
    })),
    recorded: {
      status: deployment.status,
      ...(deployment.reason ? { reason: deployment.reason } : {}),
      ...toCourse(then),
    },
    replayed: toCourse(now),
  };
}

function toCourse({ accepted, stop }: { readonly accepted: readonly Stop[]; readonly stop: Stop | undefined }): Course {
  return { ...(accepted.length > 0 ? { accepted } : {}), ...(stop ? { stop } : {}) };
}
