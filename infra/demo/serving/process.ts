import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Histogram, Registry } from 'prom-client';
import type { Behaviour } from './behaviour.ts';

/** One version as it runs on one instance: it answers requests, and measures them from its start on. */
export interface ServedProcess {
  answer(response: ServerResponse): Promise<void>;
  /** What a Prometheus scrapes. */
  writeMetrics(): Promise<string>;
}

/** The standard deviation of the logarithm of the time that a request takes. */
const spread = 0.3;

export function startServedProcess(service: string, instance: string, behaviour: Behaviour): ServedProcess {
  const { version, medianSeconds, errorRatio, isSilent = false } = behaviour;
  const registry = new Registry();
  registry.setDefaultLabels({ service, version, instance });
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by status code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time until a request was answered.',
    registers: [registry],
  });
  return {
    async answer(response) {
      if (isSilent) {
        response.destroy();
        return;
      }
      const stopTimer = duration.startTimer();
      await sleep(medianSeconds * Math.exp(spread * drawNormal()) * 1000);
      const code = Math.random() < errorRatio ? 500 : 200;
      stopTimer();
      requests.inc({ code });
      response.writeHead(code).end();
    },
    writeMetrics: () => registry.metrics(),
  };
}

/** Box and Muller's way. */
function drawNormal(): number {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}
