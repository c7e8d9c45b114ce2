import { completePolicy, type Policy, type PolicyInput } from '../../functions/domain/analysis/policy.ts';
import { ApiError, readTarget } from '../cli/api.ts';
import { apiOptions, type Command } from '../cli/command.ts';
import { readPolicy } from '../judge/read-policy.ts';
import { readRelease } from './read-release.ts';
import { renderReport } from './render.ts';
import { makeReport } from './report.ts';

export const replay: Command = {
  name: 'replay',
  program: 'npm run replay --',
  summary: 'Judges a release again under another policy, from what is stored of it, by the REST API.',
  details:
    'It judges with all that was known at each look. Bakes are as long as they were, and looks as far apart, whatever the policy says\n' +
    'of it. A metric or query that was not asked then is left out, and named.',
  positionals: ['DEPLOYMENT'],
  options: {
    ...apiOptions,
    policy: {
      value: 'FILE',
      help: 'what its "analysis" would have been, as JSON (default: what it was)',
      check: checkPolicy,
    },
    json: { help: 'everything as JSON, with each look and what its checks found' },
  },
  async run({ args }) {
    const release = await readRelease(readTarget(args), args.positional(0));
    const file = args.one('policy');
    const policy = file === undefined ? release.policy : policyFor(readPolicy(file), release.policy);
    const report = makeReport(release, policy);
    if (report.policy.checks.length === 0) throw new ApiError('no check of the policy was asked then: nothing is left');
    console.log(args.has('json') ? JSON.stringify(report) : renderReport(report).join('\n'));
    return 0;
  },
};

function checkPolicy(file: string): string | undefined {
  try {
    readPolicy(file);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Looks cannot be had at other times than they were taken, so that what follows from the interval follows from theirs. */
function policyFor(asked: PolicyInput, { interval }: Policy): Policy {
  if (asked.interval !== undefined && asked.interval !== interval) {
    console.error(`the release was looked at every ${interval} s, and so it is here, not every ${asked.interval} s`);
  }
  return completePolicy({ ...asked, interval });
}
