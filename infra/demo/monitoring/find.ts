import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the programs are. */
export interface MonitoringPrograms {
  readonly prometheus: string;
  readonly alertmanager: string;
}

/** The variable that names the program, and how it is called on the PATH: Debian adds a prefix to the second one. */
const wanted = {
  prometheus: { variable: 'PROMETHEUS_PROGRAM', names: ['prometheus'] },
  alertmanager: { variable: 'ALERTMANAGER_PROGRAM', names: ['prometheus-alertmanager', 'alertmanager'] },
} as const;

export const howToInstall = 'apt-get install prometheus prometheus-alertmanager';

/** Looks for both. @throws naming what is missing, and how to install it */
export function findMonitoring(env: NodeJS.ProcessEnv = process.env): MonitoringPrograms {
  const prometheus = findProgram(env, 'prometheus');
  const alertmanager = findProgram(env, 'alertmanager');
  if (prometheus !== undefined && alertmanager !== undefined) return { prometheus, alertmanager };
  const missing = [...(prometheus ? [] : ['Prometheus']), ...(alertmanager ? [] : ['Alertmanager'])];
  throw new Error(`${missing.join(' and ')} not found on the PATH: ${howToInstall}`);
}

function findProgram(env: NodeJS.ProcessEnv, program: keyof typeof wanted): string | undefined {
  const { variable, names } = wanted[program];
  const named = env[variable];
  if (named) return isExecutable(named) ? named : undefined;
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
