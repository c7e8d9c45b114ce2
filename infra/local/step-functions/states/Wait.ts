import { EvaluationFailure, runtimeFailure, type StateFailure } from '../interpreter/failure.ts';
import type { RunState, Visit } from '../interpreter/visit.ts';
import { pause } from '../interpreter/wait.ts';
import { entered } from '../queries/results.ts';

/** RFC 3339 with a `T` and a zone; its capture ends at the seconds, which is where AWS cuts fractions off. */
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** The longest that a Wait may be: the seconds that fit in 32 bits. */
const MAX_MILLISECONDS = (2 ** 31 - 1) * 1000;

/** Waits for a number of seconds or until a time. */
export const runWait: RunState = async visit => {
  await pause(visit.branch, await millisecondsOf(visit));
  return { ...(await visit.queries.complete(visit)), next: visit.state.Next };
};

async function millisecondsOf(visit: Visit): Promise<number> {
  const seconds = await visit.queries.number(visit, 'Seconds');
  if (seconds !== undefined) return Math.floor(seconds) * 1000;
  const timestamp = (await visit.queries.text(visit, 'Timestamp')) ?? '';
  const [, time, zone] = TIMESTAMP.exec(timestamp) ?? [];
  const due = time ? Date.parse(`${time}${zone}`) : Number.NaN;
  if (Number.isNaN(due)) throw badTimestamp(visit, timestamp);
  const delay = Math.max(0, due - Date.now());
  if (delay > MAX_MILLISECONDS) throw runtimeFailure(`${entered(visit)}Wait state delay is too long.`);
  return delay;
}

function badTimestamp(visit: Visit, timestamp: string): StateFailure {
  const { TimestampPath: path } = visit.state;
  const kind = 'ISO-8601 extended offset date-time format string';
  if (path !== undefined) {
    return runtimeFailure(
      `${entered(visit)}The TimestampPath parameter does not reference a valid ${kind}: ${path} == ${timestamp}`,
    );
  }
  return new EvaluationFailure(
    `${entered(visit)}The Timestamp field cannot be parsed as an ${kind}: ${timestamp}`,
    'Timestamp',
    true,
  );
}
