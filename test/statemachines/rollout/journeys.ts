import { setTimeout as delay } from 'node:timers/promises';
import { alertOf, deliver } from '../../support/alerts.ts';
import { createFleet } from '../../support/fleet.ts';
import { violationsOf } from '../../support/invariants.ts';
import { type Release, whenReleased } from '../../support/release.ts';
import type { TestRuntime } from '../../support/runtime.ts';

/** A step of a journey: its name, and the deployments there are by then. Awaited before the journey goes on. */
export type OnStep = (step: string, releases: readonly Release[]) => Promise<void>;

/** Drives releases of a new service from beginning to end, the same way each time; answers how they ended. */
export type Journey = (runtime: TestRuntime, service: string, onStep?: OnStep) => Promise<Ending>;

/** All that a release has left behind, without what differs from run to run. */
export type Ending = readonly unknown[];

/** Near enough for the reconciler to care whether its execution lives, and later than any journey takes. */
const soon = () => new Date(Date.now() + 50_000).toISOString();
const longPast = '2020-01-01T00:00:00Z';

/** Through every state of both machines: a schedule, a batch, a bake, a gate, a batch that fails, and two batches undone. */
export const thereAndBack: Journey = async (runtime, service, onStep = async () => undefined) => {
  const react = (name: string, version: string) => (name === 'i003' && version === 'v2' ? 'fail' : 'follow');
  const fleet = await createFleet(runtime.api, 3, { service, react });
  const steps = [{ weight: 34, bakeSeconds: 1, gate: true }, { weight: 100 }];
  const strategy = { type: 'canary', steps, batchTimeoutSeconds: 60 };
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy, scheduleTime: soon() });
  const reach = async (kind: string, batch: number | null) => {
    await waits(runtime, release, kind, batch);
    await onStep([kind, batch].join(' '), [release]);
  };
  await reach('schedule', null);
  await release.change({ scheduleTime: longPast });
  await reach('batch', 0);
  await reportTwice(release);
  // Its bake may be over before anyone sees it.
  await reach('gate', 0);
  await release.continue();
  await reach('batch', 1);
  await reportTwice(release);
  await reach('undo', 1);
  await reportTwice(release);
  await reach('undo', 0);
  await reportTwice(release);
  await ends(runtime, release, 'rolledBack');
  return [await lookAt(runtime, release)];
};

/** A release that completes, and one that waited for it and then completes too. */
export const oneAfterAnother: Journey = async (runtime, service, onStep = async () => undefined) => {
  const fleet = await createFleet(runtime.api, 2, { service });
  const strategy = { type: 'allAtOnce', batchTimeoutSeconds: 60 };
  const first = await whenReleased(runtime.api, fleet, 'v2', { strategy });
  const second = await whenReleased(runtime.api, fleet, 'v3', { strategy, scheduleTime: soon() });
  await waits(runtime, second, 'schedule', null);
  await second.change({ scheduleTime: longPast });
  await until(async () => (await second.read()).reason !== undefined, 'the second waits behind the first');
  await waits(runtime, second, 'schedule', null);
  await waits(runtime, first, 'batch', 0);
  await onStep('batch 0', [first, second]);
  await reportTwice(first);
  await ends(runtime, first, 'completed');
  await waits(runtime, second, 'batch', 0);
  await onStep('batch 0 of the second', [first, second]);
  await reportTwice(second);
  await ends(runtime, second, 'completed');
  return [await lookAt(runtime, first), await lookAt(runtime, second)];
};

/** A release that an alert holds, and holds again when it has got worse, each time until a person goes on. */
export const heldByAlert: Journey = async (runtime, service, onStep = async () => undefined) => {
  const fleet = await createFleet(runtime.api, 2, { service });
  const strategy = { type: 'allAtOnce', batchTimeoutSeconds: 60 };
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy });
  const alert = { service, fingerprint: service, startsAt: new Date(Date.now() + 1000) };
  for (const severity of ['warning', 'critical'] as const) {
    await waits(runtime, release, 'batch', 0);
    await deliver(runtime.api, alertOf({ ...alert, severity }));
    await waits(runtime, release, 'alert', 0);
    await onStep(`alert 0, ${severity}`, [release]);
    await release.continue();
  }
  await waits(runtime, release, 'batch', 0);
  await reportTwice(release);
  await ends(runtime, release, 'completed');
  return [await lookAt(runtime, release)];
};

/**
 * A release that is looked at each second of its bake, stopped by the first look, and let go on by a person. What is measured is the
 * same at each (see `measured.ts`), so that how many looks there are makes no difference.
 */
export const judged: Journey = async (runtime, service, onStep = async () => undefined) => {
  const fleet = await createFleet(runtime.api, 2, { service });
  const strategy = { type: 'canary', steps: [{ weight: 50 }, { weight: 100 }], batchTimeoutSeconds: 60 };
  const checks = [{ query: 'orders{service=~$service}', min: 1 }];
  const analysis = { interval: 1, initialDelay: 0, count: 3, minSamples: 1, checks };
  const release = await whenReleased(runtime.api, fleet, 'v2', { strategy, analysis, onFailure: 'pause' });
  await waits(runtime, release, 'batch', 0);
  await onStep('batch 0', [release]);
  await reportTwice(release);
  await waits(runtime, release, 'analysis', 0);
  await onStep('analysis 0', [release]);
  await release.continue();
  await waits(runtime, release, 'batch', 1);
  await onStep('batch 1', [release]);
  await reportTwice(release);
  await ends(runtime, release, 'completed');
  return [await lookAt(runtime, release)];
};

/** Until the wait it is in is of this kind, and its task has stored a token. */
export async function waits({ sql }: TestRuntime, { id }: Release, kind: string, batch: number | null): Promise<void> {
  const open = `select w.kind, w.batch from deploy_tasks d join deploy_waits w on w.deploy_id = d.id and w.number = d.wait_number
    where d.id = $1 and w.settle_time is null and w.token is not null`;
  await until(async () => {
    const [wait] = await sql<{ kind: string; batch: number | null }>(open, [id]);
    return wait?.kind === kind && wait.batch === batch;
  }, `${id} waits for ${kind} ${batch}`);
}

function ends({ sql }: TestRuntime, { id }: Release, status: string): Promise<void> {
  const query = 'select from deploy_tasks where id = $1 and status = $2';
  return until(async () => (await sql(query, [id, status])).length === 1, `${id} is ${status}`);
}

/** Each is told, obeys, and says so. */
async function reportTwice({ fleet }: Release): Promise<void> {
  await fleet.reportAll();
  await fleet.reportAll();
}

/** @throws when it is not so within many seconds */
export async function until(isSo: () => Promise<boolean>, what: string, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Not within ${seconds} s: ${what}`);
    await delay(40);
  }
}

async function lookAt({ sql }: TestRuntime, release: Release): Promise<unknown> {
  const { id, fleet } = release;
  const rows = (query: string) => sql(query, [id]);
  return {
    // How many looks there are depends on how long all takes.
    record: (await release.record()).filter(line => !line.startsWith('looked')),
    deployment: await rows(
      `select status, planned, total, current_batch, failures, pause_kind, governing_deploy_id = d.id as governs, current_version
         from deploy_tasks d join services s on s.id = d.service_id where d.id = $1`,
    ),
    batches: await rows(
      `select index, size, done, failed, state, undo_size, undo_done, undo_failed from deploy_batches where deploy_id = $1 order by index`,
    ),
    instances: await rows(
      `select split_part(instance_id, '.', 2) as name, batch, previous_version, state, told_time is not null as told,
           told_back_time is not null as told_back, due
         from deploy_instances where deploy_id = $1 order by position`,
    ),
    alerts: await rows(`select health, state from deploy_alerts where deploy_id = $1 order by health`),
    openWaits: await rows(`select kind from deploy_waits where deploy_id = $1 and settle_time is null`),
    versions: fleet.versions(),
    violations: await violationsOf({ query: sql }, id),
  };
}
