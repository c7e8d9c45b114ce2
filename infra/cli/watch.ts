import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiTarget } from '../agent/http.ts';
import { ApiError, request } from './api.ts';
import { type Deployment, hasEnded } from './deployment.ts';
import { createDisplay } from './display.ts';
import { renderProgress } from './progress.ts';

const everyMs = 1_000;

/** Shows a deployment until it ends, or until `stop`. The result is the exit code: 0 only if it completed. */
export async function followDeployment(target: ApiTarget, id: string, stop: AbortSignal): Promise<number> {
  const show = createDisplay();
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
