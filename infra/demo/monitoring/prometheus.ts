import { mkdir, rename, writeFile } from 'node:fs/promises';
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

const alertmanagersFile = 'alertmanagers.json';

/** Starts a Prometheus on 127.0.0.1 that scrapes these targets and evaluates these rules each second. */
export async function startPrometheus(options: PrometheusOptions): Promise<MonitoringProgram> {
  const { command, folder, port = 0, targets, rules = [] } = options;
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configure(targets), undefined, 2));
  await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'rules', rules }] }));
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

/** Lets the Prometheus of a folder send its alerts to an Alertmanager, which may be younger than it: within some seconds it does. */
export async function sendAlertsTo(folder: string, alertmanagerUrl: string): Promise<void> {
  const arriving = join(folder, `arriving-${alertmanagersFile}`);
  await writeFile(arriving, JSON.stringify([{ targets: [new URL(alertmanagerUrl).host] }]));
  await rename(arriving, join(folder, alertmanagersFile));
}

function configure(targets: readonly ScrapeTarget[]): object {
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
    alerting: { alertmanagers: [{ file_sd_configs: [{ files: [alertmanagersFile] }] }] },
  };
}

function describeTarget({ url, labels = {} }: ScrapeTarget): object {
  const { protocol, host, pathname } = new URL(url);
  return {
    targets: [host],
    labels: { ...labels, __scheme__: protocol.slice(0, -1), __metrics_path__: pathname },
  };
}
