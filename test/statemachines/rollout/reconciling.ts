import { setTimeout as delay } from 'node:timers/promises';
import type { TestRuntime } from '../../support/runtime.ts';

export interface Reconciling {
  stop(): Promise<void>;
}

/** The reconciler's schedule, with a shorter minute. */
export function startReconciling(runtime: TestRuntime): Reconciling {
  let stopped = false;
  const loop = async () => {
    while (!stopped) {
      await runtime.invoke('Reconcile', {});
      await delay(500);
    }
  };
  const running = loop();
  return {
    stop: () => {
      stopped = true;
      return running;
    },
  };
}
