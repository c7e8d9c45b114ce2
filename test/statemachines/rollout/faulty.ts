import { type Faults, startFaults } from '../../support/faults.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { startMeasured } from './measured.ts';
import { type Moments, watchMoments } from './moments.ts';

/** A runtime in which anything may fail, with a Prometheus, and where it is while it does. */
export interface FaultyRuntime {
  readonly faults: Faults;
  readonly moments: Moments;
  readonly runtime: TestRuntime;
  stop(): Promise<void>;
}

/** Nobody is lost for being silent while a retry waits. */
export async function startFaultyRuntime(): Promise<FaultyRuntime> {
  const faults = await startFaults();
  const prometheus = await startMeasured();
  const moments = watchMoments(faults);
  const runtime = await startTestRuntime({
    faults,
    prometheusUrl: prometheus.url,
    settings: { reportFastSeconds: 60, reportSlowSeconds: 60 },
  });
  return {
    ...{ faults, moments, runtime },
    stop: async () => {
      await runtime.stop();
      prometheus.close();
    },
  };
}
