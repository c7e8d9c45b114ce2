import { runAgent } from '../../agent/agent.ts';
import { checkCommand, checkUrl, type HealthCheck } from '../../agent/health.ts';
import { agentTiming } from '../../agent/timing.ts';
import { readVersionFile } from '../../agent/version-file.ts';
import { readTarget } from '../api.ts';
import { apiOptions, type Command, type CommandInput } from '../command.ts';
import type { Arguments } from '../options.ts';
import { checkDuration, checkLabel, checkUrl as findUrlFault, parseDurationMs, parseLabel } from '../values.ts';

const defaultExecTimeoutMs = 600_000;

export const agent: Command = {
  name: 'agent',
  summary: 'Keeps one instance of a service at the version that is released to it.',
  positionals: [],
  options: {
    ...apiOptions,
    service: { value: 'NAME', help: 'the service', isRequired: true },
    id: { value: 'ID', help: 'the id of this instance', isRequired: true },
    exec: { value: 'CMD', help: 'shell command that installs a version', isRequired: true },
    'exec-timeout': { value: 'TIME', help: 'how long CMD may take (default: 10m)', check: checkDuration },
    version: { value: 'VERSION', help: 'what is installed now, if there is no version file' },
    'version-file': { value: 'FILE', help: 'where the installed version is kept over restarts' },
    'health-url': {
      value: 'URL',
      help: 'health: 2xx is normal; all else, or no answer in 5 s, error',
      check: findUrlFault,
    },
    'health-exec': {
      value: 'CMD',
      help: 'health: exit code 0 is normal, 1 warning; all else, or no end in 5 s, error',
    },
    label: { value: 'KEY=VALUE', help: 'a label of this instance, such as zone=a', isMany: true, check: checkLabel },
    once: { help: 'report once, do what follows from it, and end; exit code 1 if that failed' },
  },
  details: `CMD runs whenever another version is wanted than the one installed, with these in its environment:
  SERVICE_MANAGER_VERSION           the version to install
  SERVICE_MANAGER_PREVIOUS_VERSION  the version installed now, or empty
  SERVICE_MANAGER_ARTIFACT          what was registered with the version, or empty
  SERVICE_MANAGER_DEPLOYMENT_ID     the deployment that asks for it, or empty
  SERVICE_MANAGER_SERVICE, SERVICE_MANAGER_INSTANCE
Exit code 0 means installed; else the end of its output is reported as the reason. It is not run again for the same
deployment. After a failure it is also run to go back to the version that was installed. What it leaves running in the
background must have its output redirected. Its output goes to stdout, the agent's own log to stderr.

SIGTERM and SIGINT end the agent; a running CMD gets 30 s to finish first.`,

  findFaults: args =>
    args.has('health-url') && args.has('health-exec') ? ['give --health-url or --health-exec, not both'] : [],

  async run({ args, stop }: CommandInput): Promise<number> {
    const service = args.one('service') ?? '';
    const id = args.one('id') ?? '';
    const versionFile = args.one('version-file');
    const kept = versionFile === undefined ? undefined : await readVersionFile(versionFile);
    const timeout = args.one('exec-timeout');
    const { SERVICE_MANAGER_TOKEN: _, ...env } = process.env;
    // Whoever reads the output may go away; the instance is still to be kept.
    process.stdout.on('error', () => {});
    const isWell = await runAgent(
      {
        api: readTarget(args),
        service,
        id,
        exec: args.one('exec') ?? '',
        execTimeoutMs: (timeout === undefined ? undefined : parseDurationMs(timeout)) ?? defaultExecTimeoutMs,
        version: kept ?? args.one('version') ?? null,
        versionFile,
        env,
        labels: Object.fromEntries(args.all('label').map(parseLabel)),
        checkHealth: readHealthCheck(args, env),
        once: args.has('once'),
      },
      {
        stop,
        log: text => console.error(`${new Date().toISOString()} ${service} ${id}: ${text.replace(/\s*\n\s*/g, ' | ')}`),
        output: chunk => process.stdout.write(chunk),
      },
    );
    return isWell ? 0 : 1;
  },
};

function readHealthCheck(args: Arguments, env: NodeJS.ProcessEnv): HealthCheck | undefined {
  const url = args.one('health-url');
  if (url !== undefined) return checkUrl(url, agentTiming.healthTimeoutMs);
  const line = args.one('health-exec');
  return line === undefined ? undefined : checkCommand(line, env, agentTiming.healthTimeoutMs);
}
