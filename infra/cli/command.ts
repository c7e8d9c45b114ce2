import type { Arguments, OptionSpecs } from './options.ts';
import { checkToken, checkUrl } from './values.ts';

export type CommandInput = {
  readonly args: Arguments;
  /** Fires when the user, or the system, wants the program to end. */
  readonly stop: AbortSignal;
};

export type Command = {
  readonly name: string;
  /** How it is called, where that is not by `service-manager` and its name. */
  readonly program?: string;
  readonly summary: string;
  /** More for `--help`, below the options. */
  readonly details?: string;
  /** The names of its positional arguments, all of them required. */
  readonly positionals: readonly string[];
  readonly options: OptionSpecs;
  /** Faults that no option has by itself. */
  findFaults?(args: Arguments): readonly string[];
  /** Does it; the result is the exit code. */
  run(input: CommandInput): Promise<number>;
};

/** Every command speaks to the API. */
export const apiOptions = {
  url: {
    value: 'URL',
    help: 'address of the API (default: SERVICE_MANAGER_URL, or http://127.0.0.1:8080)',
    check: checkUrl,
  },
  token: {
    value: 'TOKEN',
    help: 'bearer token for the API (better: SERVICE_MANAGER_TOKEN, which no process list shows)',
    check: checkToken,
  },
} satisfies OptionSpecs;
