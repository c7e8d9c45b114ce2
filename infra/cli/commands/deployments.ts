import { readTarget } from '../api.ts';
import { apiOptions, type Command } from '../command.ts';
import type { Deployment } from '../deployment.ts';
import { formatColumns } from '../help.ts';
import { listAll } from '../list.ts';

const shown = 20;

export const deployments: Command = {
  name: 'deployments',
  summary: `Lists the latest ${shown} deployments, newest first.`,
  positionals: [],
  options: { ...apiOptions, service: { value: 'NAME', help: 'only those of this service' } },
  async run({ args }) {
    const query = new URLSearchParams({ limit: String(shown) });
    const service = args.one('service');
    if (service !== undefined) query.set('service', service);
    const items = await listAll<Deployment>(readTarget(args), `/deployments?${query}`, shown);
    console.log(formatColumns([['ID', 'SERVICE', 'VERSION', 'STATUS', 'DONE', 'CREATED'], ...items.map(toRow)]));
    return 0;
  },
};

function toRow({ id, service, version, status, progress, createTime }: Deployment): string[] {
  return [id, service, version, status, progress ? `${progress.done}/${progress.total}` : '', createTime];
}
