import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MonitoringProgram, startMonitoring } from './start.ts';

export interface PrometheusOptions {
  /** Its path. */
  readonly command: string;
  /** Its configuration and its data are kept there: the next one with it goes on with them. */
  readonly folder: string;
  /** 0: any free one. */
  readonly port?: number;
  readonly targets: readonly ScrapeTarget[];
  readonly rules?: readonly AlertRule[];
  readonly alertmanagerUrl?: string | undefined;
}

export interface ScrapeTarget {
  /** As `http://127.0.0.1:9000/metrics`. */
  readonly url: string;
  /** For what does not name them itself; `up` has them in any case. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertRule {
  readonly alert: string;
  /** PromQL: fires for each series that it yields. */
  readonly expr: string;
  /** For how long it must hold before it fires, as `5s`. */
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const everySecond = '1s';

/** Starts a Prometheus on 127.0.0.1 that scrapes these targets and evaluates these rules each second. */
export async function startPrometheus(options: PrometheusOptions): Promise<MonitoringProgram> {
  const { command, folder, port = 0 } = options;
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configure(options), undefined, 2));
  await writeFile(
    join(folder, 'rules.yml'),
    JSON.stringify({ groups: [{ name: 'rules', rules: options.rules ?? [] }] }),
  );
  return startMonitoring({
    name: 'Prometheus',
    command,
    folder,
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    ready: /Server is ready to receive web requests/,
  });
}

function configure({ targets, alertmanagerUrl }: PrometheusOptions): object {
  return {
    global: { scrape_interval: everySecond, scrape_timeout: everySecond, evaluation_interval: everySecond },
    rule_files: ['rules.yml'],
    scrape_configs: [
      {
        job_name: 'instances',
        // The instance that a process names is the one that reports, not the address that was scraped.
        honor_labels: true,
        static_configs: targets.map(describeTarget),
      },
    ],
    ...(alertmanagerUrl === undefined
      ? {}
      : { alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanagerUrl).host] }] }] } }),
  };
}

function describeTarget({ url, labels = {} }: ScrapeTarget): object {
  const { protocol, host, pathname } = new URL(url);
  return {
    targets: [host],
    labels: { ...labels, __scheme__: protocol.slice(0, -1), __metrics_path__: pathname },
  };
}
