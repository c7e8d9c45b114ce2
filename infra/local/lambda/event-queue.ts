import type { InvokeResult } from './local-function.ts';

/** AWS tries an asynchronous call twice more: after one minute, and two minutes after that. */
const RETRY_DELAYS_SECONDS: readonly number[] = [60, 120];

export interface EventQueue {
  /** Runs the call soon, and again while it fails and tries are left. */
  add(functionName: string, call: () => Promise<InvokeResult>): void;
  /** Drops the tries that have not begun. */
  close(): void;
}

/** Asynchronous calls. They live in memory only: what waits for another try is gone when the process ends. */
export function createEventQueue(log: (message: string) => void, retryDelays = RETRY_DELAYS_SECONDS): EventQueue {
  const waiting = new Set<NodeJS.Timeout>();
  let closed = false;

  function schedule(functionName: string, call: () => Promise<InvokeResult>, delaySeconds: number, tries: number) {
    const timer = setTimeout(async () => {
      waiting.delete(timer);
      const result = await call();
      if (result.functionError === undefined) return;
      const nextDelay = retryDelays[tries];
      const outcome = nextDelay === undefined ? 'given up' : `tried again in ${nextDelay} s`;
      log(`asynchronous call ${result.requestId} of ${functionName} failed, ${outcome}: ${result.payload}`);
      if (nextDelay !== undefined && !closed) schedule(functionName, call, nextDelay, tries + 1);
    }, delaySeconds * 1000);
    timer.unref();
    waiting.add(timer);
  }

  return {
    add: (functionName, call) => schedule(functionName, call, 0, 0),
    close() {
      closed = true;
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
}
