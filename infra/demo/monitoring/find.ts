import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The variable that names the program, what it is called on the PATH, and the package that has it: Debian adds a prefix to the second. */
const known = {
  Prometheus: { variable: 'PROMETHEUS_PROGRAM', names: ['prometheus'], source: 'prometheus' },
  Alertmanager: {
    variable: 'ALERTMANAGER_PROGRAM',
    names: ['prometheus-alertmanager', 'alertmanager'],
    source: 'prometheus-alertmanager',
  },
} as const;

/** The path of a program. @throws saying how to install it where it is not */
export function findMonitoring(name: keyof typeof known, env: NodeJS.ProcessEnv = process.env): string {
  const { variable, names, source } = known[name];
  const folders = (env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  const named = env[variable];
  const places = named ? [named] : names.flatMap(file => folders.map(folder => join(folder, file)));
  const found = places.find(isExecutable);
  if (found === undefined) {
    throw new Error(`${name} is not ${named ? `at ${named}` : 'on the PATH'} (apt-get install ${source})`);
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
