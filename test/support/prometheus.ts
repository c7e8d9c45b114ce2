import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findMonitoring } from '../../infra/demo/monitoring/find.ts';
import { type PrometheusOptions, sendAlertsTo, startPrometheus } from '../../infra/demo/monitoring/prometheus.ts';
import { createFolder } from './folder.ts';
import { guardFolder } from './guard.ts';

/** A real Prometheus with a folder of its own. */
export interface TestPrometheus {
  /** What PROMETHEUS_URL points to; stays the same over a restart. */
  readonly url: string;
  /** What an instant query yields now. @throws unless it is answered 200 */
  query(promql: string): Promise<readonly Series[]>;
  /** Waits until a query yields something. @throws after a bound of seconds */
  has(promql: string, seconds?: number): Promise<readonly Series[]>;
  /** Within some seconds. */
  sendAlertsTo(alertmanagerUrl: string): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Once killed: the same again, with the same data. */
  start(): Promise<void>;
  /** Ends it, and removes what it kept. */
  remove(): Promise<void>;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Seconds since 1970, and the number as text. */
  readonly value: readonly [number, string];
}

export interface TestPrometheusOptions extends Omit<PrometheusOptions, 'command' | 'folder' | 'port'> {
  /** What it has from the beginning, as OpenMetrics writes it: `name{label="a"} 1 1893456000`, a sample a line. */
  readonly history?: readonly string[];
}

/** Starts one that scrapes its targets each second; it begins to a few seconds later. @throws when it is not installed */
export async function createPrometheus({ history, ...options }: TestPrometheusOptions): Promise<TestPrometheus> {
  const command = findMonitoring('Prometheus');
  const folder = await createFolder();
  if (history) await storeHistory(command, folder.path, history);
  const guard = guardFolder(folder.path);
  let port = 0;
  async function start() {
    const started = await startPrometheus({ ...options, command, folder: folder.path, port });
    guard.watch(started.program.pid);
    port = Number(new URL(started.url).port);
    return started;
  }
  let { program, url } = await start();
  async function query(promql: string): Promise<readonly Series[]> {
    const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: promql })}`);
    const body = (await answer.json()) as { error?: string; data: { result: readonly Series[] } };
    if (!answer.ok) throw new Error(`${promql}: ${answer.status} ${body.error}`);
    return body.data.result;
  }
  return {
    url,
    query,
    async has(promql, seconds = 30) {
      const end = performance.now() + seconds * 1000;
      for (;;) {
        const result = await query(promql);
        if (result.length > 0) return result;
        if (performance.now() > end) throw new Error(`Prometheus has nothing for ${promql} after ${seconds} s`);
        await delay(100);
      }
    },
    sendAlertsTo: alertmanagerUrl => sendAlertsTo(folder.path, alertmanagerUrl),
    kill: () => program.kill(),
    start: async () => {
      ({ program, url } = await start());
    },
    remove: async () => {
      await program.stop();
      guard.dismiss();
      await folder.remove();
    },
  };
}

/** Its own tool, which is installed beside it, writes what it then finds. */
async function storeHistory(command: string, folder: string, samples: readonly string[]): Promise<void> {
  const file = join(folder, 'history');
  // Those of one name must stand together.
  const byName = Map.groupBy(samples, sample => sample.split('{')[0]);
  await writeFile(file, [...[...byName.values()].flat(), '# EOF', ''].join('\n'));
  const args = ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')];
  await promisify(execFile)(join(dirname(command), 'promtool'), args);
}
