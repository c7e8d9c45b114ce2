import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiTarget } from '../agent/http.ts';
import { ApiError, request } from './api.ts';
import { type Deployment, hasEnded } from './deployment.ts';
import { renderProgress } from './progress.ts';

const everyMs = 1_000;

/** Shows a deployment until it ends, or until `stop`. The result is the exit code: 0 only if it completed. */
export async function followDeployment(target: ApiTarget, id: string, stop: AbortSignal): Promise<number> {
  const show = process.stdout.isTTY ? createRedraw() : createChanges();
  let fault = '';
  while (!stop.aborted) {
    try {
      const deployment = await request<Deployment>(target, 'GET', `/deployments/${encodeURIComponent(id)}`);
      fault = '';
      show(renderProgress(deployment));
      if (hasEnded(deployment)) return deployment.status === 'completed' ? 0 : 1;
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (error.message !== fault) console.error(error.message);
      fault = error.message;
    }
    await sleep(everyMs, undefined, { signal: stop }).catch(() => {});
  }
  return 1;
}

/** The release goes on while the API is away: so does the watching. */
function isPassing(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === undefined || error.status >= 500 || error.status === 429);
}

/** Draws over what it drew before. */
function createRedraw(): (lines: readonly string[]) => void {
  let drawn = 0;
  return lines => {
    // A line that wraps would take two rows, and the next drawing would start too low.
    const width = process.stdout.columns || 80;
    const up = drawn > 0 ? `\x1b[${drawn}A` : '';
    process.stdout.write(`${up}\x1b[0J${lines.map(line => `${line.slice(0, width)}\n`).join('')}`);
    drawn = lines.length;
  };
}

/** Prints the lines that are new, for logs and pipes. */
function createChanges(): (lines: readonly string[]) => void {
  let last: readonly string[] = [];
  return lines => {
    for (const line of lines) if (!last.includes(line)) console.log(line);
    last = lines;
  };
}
