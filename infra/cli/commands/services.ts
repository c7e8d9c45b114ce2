import { readTarget } from '../api.ts';
import { apiOptions, type Command } from '../command.ts';
import { formatColumns } from '../help.ts';
import { listAll } from '../list.ts';

type Service = {
  readonly name: string;
  readonly deployState: string;
  readonly health: string;
  readonly deps: readonly string[];
};

export const services: Command = {
  name: 'services',
  summary: 'Lists the services with their state, health and dependencies.',
  positionals: [],
  options: apiOptions,
  async run({ args }) {
    const items = await listAll<Service>(readTarget(args), '/services');
    const rows = items.map(({ name, deployState, health, deps }) => [name, deployState, health, deps.join(', ')]);
    console.log(formatColumns([['SERVICE', 'STATE', 'HEALTH', 'DEPENDS ON'], ...rows]));
    return 0;
  },
};
