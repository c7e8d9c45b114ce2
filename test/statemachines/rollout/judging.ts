import { type FakePrometheus, startFakePrometheus } from '../../support/fake-prometheus.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';

export interface JudgingRuntime {
  readonly prometheus: FakePrometheus;
  readonly runtime: TestRuntime;
  stop(): Promise<void>;
}

/** A runtime with a Prometheus that answers as it is told, and is waited for so many seconds. */
export async function startJudging(prometheusTimeoutSeconds: number): Promise<JudgingRuntime> {
  const prometheus = await startFakePrometheus();
  const runtime = await startTestRuntime({
    prometheusUrl: prometheus.url,
    settings: { reportFastSeconds: 1, reportSlowSeconds: 1, scrapeSeconds: 1, prometheusTimeoutSeconds },
  });
  return {
    ...{ prometheus, runtime },
    stop: async () => {
      await runtime.stop();
      prometheus.close();
    },
  };
}
