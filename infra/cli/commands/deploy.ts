import { readTarget, request } from '../api.ts';
import { apiOptions, type Command } from '../command.ts';
import type { Deployment } from '../deployment.ts';
import { renderProgress } from '../progress.ts';
import { checkAnalysis, checkStrategy, parseAnalysis, parseStrategy } from '../values.ts';
import { followDeployment } from '../watch.ts';

export const deploy: Command = {
  name: 'deploy',
  summary: 'Releases a version of a service.',
  positionals: ['SERVICE', 'VERSION'],
  options: {
    ...apiOptions,
    strategy: {
      value: 'STRATEGY',
      help: 'rolling, canary, allAtOnce, or JSON such as \'{"type": "rolling", "batchSize": "25%"}\'',
      check: checkStrategy,
    },
    analysis: {
      value: 'ANALYSIS',
      help: 'what it is judged by: true, JSON such as \'{"interval": 30}\', or @FILE; false is nothing, though its service has a default',
      check: checkAnalysis,
    },
    schedule: { value: 'TIME', help: 'start at this time, at most 365 days ahead, such as 2030-01-31T09:00:00Z' },
    force: { help: 'also if the version is the current one, or all instances are lost' },
    watch: { help: 'follow it to its end; exit code 0 only if it completed' },
  },
  async run({ args, stop }) {
    const target = readTarget(args);
    const strategy = args.one('strategy');
    const analysis = args.one('analysis');
    const scheduleTime = args.one('schedule');
    const deployment = await request<Deployment>(target, 'POST', '/deployments', {
      service: args.positional(0),
      version: args.positional(1),
      ...(strategy === undefined ? {} : { strategy: parseStrategy(strategy) }),
      ...(analysis === undefined ? {} : { analysis: parseAnalysis(analysis) }),
      ...(scheduleTime === undefined ? {} : { scheduleTime }),
      ...(args.has('force') ? { force: true } : {}),
    });
    console.log(`deployment ${deployment.id}`);
    for (const warning of deployment.warnings ?? []) console.error(`warning: ${warning}`);
    if (args.has('watch')) return followDeployment(target, deployment.id, stop);
    console.log(renderProgress(deployment).join('\n'));
    return 0;
  },
};
