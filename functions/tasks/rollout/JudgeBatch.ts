import { type DueLook, readDueLook, storeLook } from '#data/looks.ts';
import { type Grid, gridFrom, startOf } from '#domain/analysis/grid.ts';
import { type Comparison, failComparisons, judgeComparisons } from '#domain/analysis/judge-look.ts';
import type { Look } from '#domain/analysis/look.ts';
import { countRequests } from '#domain/analysis/new-samples.ts';
import { needsCounts } from '#domain/analysis/policy.ts';
import { addLook, isToLookAgain, type Tally, tallyOf } from '#domain/analysis/tally.ts';
import { toLook } from '#domain/analysis/to-look.ts';
import { type Sample, toTrace } from '#domain/analysis/trace.ts';
import { effectiveTemplates } from '#domain/metrics/templates.ts';
import { defaultTemplates } from '#platform/metric-settings.ts';
import { logger } from '#platform/powertools.ts';
import { type TaskInput, task } from '#platform/task.ts';
import { type Counted, measure } from '../measure.ts';

/**
 * Takes the look that is due. What Prometheus does not answer is a verdict of its own, and no fault of the machinery. One statement
 * keeps the look with its counts, so that whoever dies before it has taken none, and whoever comes second takes none.
 */
export const handler = task(async ({ deployID, generation }: TaskInput) => {
  const due = await readDueLook({ deployID, generation });
  if (!due) return {};
  const { number, batch, policy, isLast } = due;
  const grid = gridFrom(due.startTime, policy.interval);
  const templates = effectiveTemplates(defaultTemplates, due.settings.metrics ?? {});
  const { counted, absolute, known } = await measure(due, grid, templates);
  const before = tallyOf(policy, batch, due.tally);
  const { samples, strangers, otherVersions, queries } = counted;
  const error = needsCounts(policy) ? counted.error : null;
  const stored = samples.at(-1)?.look ?? due.stored;
  const { look: facts, reason } = toLook({
    ...{ comparison: compare(due, grid, before, counted), absolute },
    ...{ error, queries },
    ...(strangers.length > 0 && { strangers }),
    ...(otherVersions.length > 0 && { otherVersions }),
    samples: countRequests(grid, samples, due.instances, due.bakeTime),
    window: toWindow(grid, samples, due.now),
  });
  const { verdict } = facts;
  logger.info('looked', { code: 'looked', deployID, generation, number, batch, verdict, reason });
  const tally = addLook(before, facts);
  // A Prometheus that is behind has yet to tell what happened before the end.
  const again = isToLookAgain(policy, tally) || known < due.endTime;
  await storeLook({
    ...{ deployID, generation, number, batch, verdict, reason, facts, tally, isLast, again },
    ...{ stored, samples },
  });
  return {};
});

function compare(due: DueLook, grid: Grid, tally: Tally, counted: Counted): Comparison {
  if (counted.error !== null) return failComparisons(due.policy, tally, counted.error);
  const samples = [...due.samples, ...counted.samples];
  const trace = toTrace(grid, samples, due.instances, samples.at(-1)?.look ?? -1);
  return judgeComparisons(due.policy, tally, trace);
}

/** What was counted lies between these; where nothing was, the moment of the look. */
function toWindow(grid: Grid, samples: readonly Sample[], now: number): Look['window'] {
  const [first, last] = [samples.at(0), samples.at(-1)];
  const [start, end] = first && last ? [startOf(grid, first.look), startOf(grid, last.look + 1)] : [now, now];
  return { start: new Date(start * 1000).toISOString(), end: new Date(end * 1000).toISOString() };
}
