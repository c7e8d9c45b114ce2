import { readTarget } from '../api.ts';
import { apiOptions, type Command } from '../command.ts';
import { followDeployment } from '../watch.ts';

export const watch: Command = {
  name: 'watch',
  summary: 'Follows a deployment to its end; exit code 0 only if it completed.',
  positionals: ['ID'],
  options: apiOptions,
  run: ({ args, stop }) => followDeployment(readTarget(args), args.positional(0), stop),
};
