import { setTimeout as sleep } from 'node:timers/promises';
import { checkVersions, listTold } from '../observe.ts';
import { command, follow, release } from '../release.ts';
import { type Stage, versions } from '../stage.ts';
import { check, say, sayTitle } from '../story.ts';

const strategy = { type: 'rolling', batchSize: '40%', bakeSeconds: 1 };

/** Two of the instances' report intervals: whoever would be told, would be by then. */
const pausedMs = 2_500;

export async function showChangeOfMind(stage: Stage): Promise<void> {
  sayTitle(`3. Under control: ${versions.repaired} is paused, continued, and rolled back after it has completed`);
  const deployment = await release(stage, versions.repaired, strategy);
  await follow(stage, deployment, ({ progress }) => (progress?.done ?? 0) > 0);

  say('\nPaused: from now on nobody else is told the new version.');
  await command(stage, deployment, 'pause', 'a look at the numbers');
  const before = await listTold(stage, deployment);
  await sleep(pausedMs, undefined, { signal: stage.stop });
  await follow(stage, deployment, ({ status }) => status === 'paused');
  const after = await listTold(stage, deployment);
  check(
    after.length === before.length && after.length < stage.instances.length,
    `after ${pausedMs / 1000} s still ${before.length} instances have been told`,
    `${before.length} and then ${after.length} instances`,
  );

  say('\nContinued: the release goes on from where it stood.');
  await command(stage, deployment, 'continue', 'the numbers are good');
  await follow(stage, deployment, ({ status }) => status === 'completed');
  await checkVersions(stage, versions.repaired);

  say('\nRolled back: each instance returns to the version it had, the last batch first.');
  await command(stage, deployment, 'rollback', 'customers prefer the old one');
  await follow(stage, deployment, ({ status }) => status === 'rolledBack');
  await checkVersions(stage, versions.canary);
}
