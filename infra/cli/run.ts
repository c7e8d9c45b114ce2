import { ApiError } from './api.ts';
import type { Command } from './command.ts';
import { agent } from './commands/agent.ts';
import { pause, proceed, rollback } from './commands/control.ts';
import { deploy } from './commands/deploy.ts';
import { deployments } from './commands/deployments.ts';
import { services } from './commands/services.ts';
import { createToken, revokeToken, tokens } from './commands/tokens.ts';
import { watch } from './commands/watch.ts';
import { formatHelp, formatOverview, formatUsage } from './help.ts';
import { parseArguments } from './options.ts';
import { checkToken, checkUrl } from './values.ts';

const commands: readonly Command[] = [
  agent,
  services,
  deploy,
  watch,
  pause,
  proceed,
  rollback,
  deployments,
  tokens,
  createToken,
  revokeToken,
];

/** Runs a command line (without the program's name) to its end. The result is the exit code: 0, 1 or 2. */
export async function runCommandLine(argv: readonly string[], stop: AbortSignal): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') return print(formatOverview(commands));
  const command = commands.find(candidate => candidate.name === name);
  if (!command) {
    const fault = name === '' ? 'a command is missing' : `unknown command ${JSON.stringify(name)}`;
    return reject([fault], formatOverview(commands));
  }
  return runCommand(command, rest, stop);
}

/** The same for a command's own part of the line. */
export async function runCommand(command: Command, argv: readonly string[], stop: AbortSignal): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) return print(formatHelp(command));
  const { args, faults } = parseArguments(argv, command.positionals, command.options);
  const all = [...faults, ...findEnvironmentFaults(), ...(command.findFaults?.(args) ?? [])];
  if (all.length > 0) return reject(all, `${formatUsage(command)}\n(${command.name} --help tells more)`);
  try {
    return await command.run({ args, stop });
  } catch (error) {
    console.error(error instanceof ApiError ? error.message : describeFault(error));
    return 1;
  }
}

function findEnvironmentFaults(): string[] {
  return Object.entries({ SERVICE_MANAGER_URL: checkUrl, SERVICE_MANAGER_TOKEN: checkToken }).flatMap(
    ([name, check]) => {
      const value = process.env[name];
      const fault = value === undefined ? undefined : check(value);
      return fault === undefined ? [] : [`${name}: ${fault}`];
    },
  );
}

function print(text: string): number {
  console.log(text);
  return 0;
}

function reject(faults: readonly string[], usage: string): number {
  for (const fault of faults) console.error(`service-manager: ${fault}`);
  console.error(usage);
  return 2;
}

/** A fault of the system (a file that cannot be read) says enough by its message; any other is ours to find. */
function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? error.message : (error.stack ?? error.message);
}
