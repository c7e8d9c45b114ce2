import { setTimeout as sleep } from 'node:timers/promises';
import { ACTOR, command, decidedOf, deploymentOf, type Fleet, uniqueName } from '../../../support/races.ts';
import type { Row, Sql } from '../../../support/sql.ts';
import { hurried } from './looks.ts';
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
const ACTS = {
  create: 30,
  schedule: 1,
  pause: 13,
  continue: 30,
  rollback: 4,
  nextGeneration: 7,
  reconcile: 5,
  alert: 8,
  reportState: 2,
};

/** Someone who does one random thing after another to the deployments of these services. */
export async function disturb(sql: Sql, workflows: Workflows, fleets: readonly Fleet[], until: number): Promise<void> {
  while (Date.now() < until) {
    const fleet = pick(fleets);
    const latest = await latestOf(sql, fleet.service);
    const act = pickAct();
    if (act === 'create' || act === 'schedule' || !latest) await create(sql, workflows, fleet, act === 'schedule');
    else if (act === 'reconcile') await workflows.follow(await sql.call('reconcile', { started: false }));
    else if (act === 'alert') await workflows.follow(await fire(sql, fleets));
    else if (act === 'reportState') {
      const health = pick(['normal', 'warning', 'error']);
      await workflows.follow(await sql.call('report_state', { service: fleet.service, health, actor: ACTOR }));
    } else if (act === 'nextGeneration') {
      const { generation } = await decidedOf(sql, latest);
      await workflows.follow(await sql.call('next_generation', { deployID: latest, generation }), latest);
    } else await workflows.follow(await command(sql, act, latest), latest);
    await sleep(Math.random() * 20);
  }
}

/** One of a few alerts on some of these services, which fires, gets worse or ends, again and again. */
function fire(sql: Sql, fleets: readonly Fleet[]): Promise<Row[]> {
  const startTime = new Date(Math.floor(Date.now() / 500) * 500).toISOString();
  const alerts = fleets
    .filter(() => Math.random() < 0.5)
    .map(({ service }) => ({
      fingerprint: `${service} ${pick(['a', 'b'])}`,
      startTime,
      resolveTime: pick([undefined, new Date().toISOString()]),
      name: 'HighErrors',
      service,
      health: pick(['warning', 'error']),
    }));
  return sql.call('receive_alerts', { alerts, actor: ACTOR });
}

async function create(sql: Sql, workflows: Workflows, { service }: Fleet, later: boolean): Promise<void> {
  const scheduleTime = later ? new Date(Date.now() + 300).toISOString() : undefined;
  const onAlert = pick(['pause', 'rollback', 'ignore']);
  const analysis = pick([null, hurried, hurried]);
  const asked = deploymentOf(service, uniqueName('v'), { strategy: pick(STRATEGIES), scheduleTime, onAlert, analysis });
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
