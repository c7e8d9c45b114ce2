import { checkVersions, listPlanned } from '../observe.ts';
import { follow, release } from '../release.ts';
import { type Stage, versions } from '../stage.ts';
import { check, sayTitle } from '../story.ts';

const strategy = { type: 'rolling', batchSize: '10%', bakeSeconds: 2, graceSeconds: 1 };

export async function showBadVersion(stage: Stage): Promise<void> {
  sayTitle(`2. A bad version: ${versions.broken} installs, but is not healthy; nobody intervenes`);
  const deployment = await release(stage, versions.broken, strategy);
  await follow(stage, deployment, ({ status }) => status === 'rolledBack');

  const planned = await listPlanned(stage, deployment);
  const touched = planned.filter(({ batch }) => batch === 0);
  const told = planned.filter(({ toldTime }) => toldTime !== undefined);
  check(
    told.length > 0 && told.every(({ batch }) => batch === 0),
    `only instances of its first batch were told: ${touched.map(({ id }) => id).join(', ')}`,
    `${told.map(({ id, batch }) => `${id} of batch ${batch}`).join(', ') || 'nobody'} was told`,
  );
  const started = await listStarted(stage);
  const strays = started.filter(id => !told.some(instance => instance.id === id));
  check(
    started.length > 0 && strays.length === 0,
    `the other ${planned.length - touched.length} instances never started it`,
    started.length > 0 ? `${strays.join(', ')} started it` : 'nobody started it',
  );
  await checkVersions(stage, versions.canary);
}

async function listStarted({ instances }: Stage): Promise<readonly string[]> {
  const all = await Promise.all(instances.map(async ({ id, readStarted }) => ({ id, started: await readStarted() })));
  return all.filter(({ started }) => started.includes(versions.broken)).map(({ id }) => id);
}
