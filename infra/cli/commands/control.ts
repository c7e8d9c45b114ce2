import { readTarget, request } from '../api.ts';
import { apiOptions, type Command } from '../command.ts';
import type { Deployment } from '../deployment.ts';
import { renderProgress } from '../progress.ts';

export const pause = createControl('pause', 'Pauses a deployment: what has not begun does not begin.');
export const proceed = createControl('continue', 'Continues a deployment that is paused or waits for a person.');
export const rollback = createControl('rollback', 'Takes back what a deployment has changed.');

/** The three commands differ in their name alone. */
function createControl(name: 'pause' | 'continue' | 'rollback', summary: string): Command {
  return {
    name,
    summary,
    positionals: ['ID'],
    options: { ...apiOptions, reason: { value: 'TEXT', help: 'why, for the record' } },
    async run({ args }) {
      const reason = args.one('reason');
      const path = `/deployments/${encodeURIComponent(args.positional(0))}/${name}`;
      const body = reason === undefined ? undefined : { reason };
      const deployment = await request<Deployment>(readTarget(args), 'POST', path, body);
      console.log(renderProgress(deployment).join('\n'));
      return 0;
    },
  };
}
