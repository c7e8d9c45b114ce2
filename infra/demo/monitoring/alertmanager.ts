import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MonitoringProgram, startMonitoring } from './start.ts';

export interface AlertmanagerOptions {
  /** Its path. */
  readonly command: string;
  /** Its configuration and its data are kept there. */
  readonly folder: string;
  /** Where the alerts go: POST /alerts of the API. */
  readonly webhookUrl: string;
  /** Of the role `alerts`, where the API asks for one. */
  readonly token?: string | undefined;
}

/** Starts an Alertmanager on 127.0.0.1 that hands every alert on within a second or two. */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<MonitoringProgram> {
  const { command, folder } = options;
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'alertmanager.yml');
  // JSON is YAML. It may hold a token.
  await writeFile(config, JSON.stringify(configure(options), undefined, 2), { mode: 0o600 });
  return startMonitoring({
    name: 'Alertmanager',
    command,
    folder,
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      // It has no others to talk to.
      '--cluster.listen-address=',
    ],
  });
}

function configure({ webhookUrl, token }: AlertmanagerOptions): object {
  const authorization = token === undefined ? {} : { http_config: { authorization: { credentials: token } } };
  return {
    route: {
      receiver: 'service-manager',
      group_by: ['service'],
      group_wait: '0s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [
      { name: 'service-manager', webhook_configs: [{ url: webhookUrl, send_resolved: true, ...authorization }] },
    ],
  };
}
