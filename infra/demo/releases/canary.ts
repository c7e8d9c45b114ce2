import { checkVersions } from '../observe.ts';
import { follow, release } from '../release.ts';
import { type Stage, versions } from '../stage.ts';
import { sayTitle } from '../story.ts';

const strategy = {
  type: 'canary',
  steps: [{ weight: 10, bakeSeconds: 2 }, { weight: 50, bakeSeconds: 1 }, { weight: 100 }],
};

export async function showCanary(stage: Stage): Promise<void> {
  sayTitle(
    `1. A canary: ${versions.canary} goes to 10 % of the instances, then to 50 %, then to all, watched in between`,
  );
  const deployment = await release(stage, versions.canary, strategy);
  await follow(stage, deployment, ({ status }) => status === 'completed');
  await checkVersions(stage, versions.canary);
}
