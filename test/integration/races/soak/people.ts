import { setTimeout as sleep } from 'node:timers/promises';
import { command, decidedOf, deploymentOf, type Fleet, uniqueName } from '../../../support/races.ts';
import type { Sql } from '../../../support/sql.ts';
import type { Workflows } from './workflows.ts';

const COMMON = { batchTimeoutSeconds: 600, graceSeconds: 0.05, maxFailures: 2 };
const STRATEGIES = [
  { ...COMMON, type: 'rolling', batchSize: '25%', bakeSeconds: 0.03, onFailure: 'pause' },
  { ...COMMON, type: 'rolling', batchSize: '50%', bakeSeconds: 0, onFailure: 'rollback' },
  { ...COMMON, type: 'allAtOnce', onFailure: 'pause' },
  {
    ...COMMON,
    type: 'canary',
    steps: [
      { weight: 30, bakeSeconds: 0.02, gate: true },
      { weight: 100, bakeSeconds: 0, gate: false },
    ],
    onFailure: 'rollback',
  },
];

/** How often each is done, in a hundred. */
const ACTS = { create: 34, schedule: 1, pause: 15, continue: 33, rollback: 4, nextGeneration: 8, reconcile: 5 };

/** Someone who does one random thing after another to the deployments of these services. */
export async function disturb(sql: Sql, workflows: Workflows, fleets: readonly Fleet[], until: number): Promise<void> {
  while (Date.now() < until) {
    const fleet = pick(fleets);
    const latest = await latestOf(sql, fleet.service);
    const act = pickAct();
    if (act === 'create' || act === 'schedule' || !latest) await create(sql, workflows, fleet, act === 'schedule');
    else if (act === 'reconcile') await workflows.follow(await sql.call('reconcile', { started: false }));
    else if (act === 'nextGeneration') {
      const { generation } = await decidedOf(sql, latest);
      await workflows.follow(await sql.call('next_generation', { deployID: latest, generation }), latest);
    } else await workflows.follow(await command(sql, act, latest), latest);
    await sleep(Math.random() * 20);
  }
}

async function create(sql: Sql, workflows: Workflows, { service }: Fleet, later: boolean): Promise<void> {
  const scheduleTime = later ? new Date(Date.now() + 300).toISOString() : undefined;
  const asked = deploymentOf(service, uniqueName('v'), { strategy: pick(STRATEGIES), scheduleTime });
  const [row] = await sql.call('create_deployment', asked);
  if (row?.row !== 'refused') workflows.start(asked.id, 1);
}

async function latestOf(sql: Sql, service: string): Promise<string | undefined> {
  const [latest] = await sql.query<{ id: string }>(
    `select id from deploy_tasks where service = $1 and status <> 'scheduled' order by create_time desc limit 1`,
    [service],
  );
  return latest?.id;
}

function pickAct(): keyof typeof ACTS {
  const bag = Object.entries(ACTS).flatMap(([act, count]) => Array<string>(count).fill(act));
  return pick(bag) as keyof typeof ACTS;
}

function pick<T>(elements: readonly T[]): T {
  return elements[Math.floor(Math.random() * elements.length)] as T;
}
