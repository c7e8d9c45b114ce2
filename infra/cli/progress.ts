import type { Batch, Deployment } from './deployment.ts';
import { formatColumns } from './help.ts';

const barWidth = 24;

/**
 * A deployment as lines for a terminal: what is released and how far it is, a line for each batch with its bar, and what
 * it waits for or why it ended. Of a long plan, `maxBatches` lines around the work are shown.
 */
export function renderProgress(deployment: Deployment, maxBatches = 12): string[] {
  return [
    renderHead(deployment),
    ...renderBatches(deployment.plan?.batches ?? [], maxBatches),
    ...renderLook(deployment),
    ...renderWhy(deployment),
  ];
}

function renderHead({ service, version, status, progress }: Deployment): string {
  const head = `${service} ${version}  ${status}`;
  if (!progress) return head;
  const failed = progress.failed > 0 ? `, ${progress.failed} failed` : '';
  return `${head}  ${progress.done}/${progress.total} done${failed} (${Math.round(progress.percent)} %)`;
}

function renderBatches(batches: readonly Batch[], maxBatches: number): string[] {
  if (batches.length === 0) return [];
  const from = Math.max(0, Math.min(findWork(batches) - 2, batches.length - maxBatches));
  const shown = batches.slice(from, from + maxBatches);
  const after = batches.length - from - shown.length;
  return [
    ...(from > 0 ? [`  … ${from} before`] : []),
    ...formatColumns(shown.map(renderBatch)).split('\n'),
    ...(after > 0 ? [`  … ${after} more`] : []),
  ];
}

/** The last batch in which something has happened, -1 before that. */
function findWork(batches: readonly Batch[]): number {
  return batches.findLastIndex(({ done = 0, failed = 0 }) => done + failed > 0);
}

function renderBatch({ index, size, state, done = 0, failed = 0 }: Batch): string[] {
  const suffix = failed > 0 ? `${state}, ${failed} failed` : state;
  return [`batch ${index}`, renderBar(done, failed, size), `${done}/${size}`, suffix];
}

/** `#` for done, `x` for failed, `.` for the rest: each shows if there is any of it, however little. */
export function renderBar(done: number, failed: number, size: number, width = barWidth): string {
  const counts = size > 0 ? [done, failed, Math.max(0, size - done - failed)] : [1, 0, 0];
  const total = counts.reduce((sum, count) => sum + count);
  const cells = counts.map(count => (count > 0 ? Math.max(1, Math.floor((count / total) * width)) : 0));
  const largest = counts.indexOf(Math.max(...counts));
  // The largest part makes up for the rounding of all three.
  const others = cells.reduce((sum, count, i) => (i === largest ? sum : sum + count), 0);
  cells[largest] = width - others;
  return ['#', 'x', '.'].map((mark, i) => mark.repeat(cells[i] ?? 0)).join('');
}

function renderLook({ lastLook }: Deployment): string[] {
  if (!lastLook) return [];
  const { number, batch, verdict, reason } = lastLook;
  return [`  look ${number} at batch ${batch}: ${verdict}${reason === undefined ? '' : `, ${reason}`}`];
}

function renderWhy({ id, status, scheduleTime, waitingFor, reason }: Deployment): string[] {
  const lines: string[] = [];
  if (status === 'scheduled' && scheduleTime) lines.push(`  starts at ${scheduleTime}`);
  if (waitingFor) {
    const where = waitingFor.batch === undefined ? '' : ` at batch ${waitingFor.batch}`;
    lines.push(`  waits for a person (${waitingFor.kind}${where}): service-manager continue ${id}`);
  }
  if (reason) lines.push(`  ${reason}`);
  return lines;
}
