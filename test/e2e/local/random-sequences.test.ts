import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { violationsOf } from '../../support/invariants.ts';
import { startTestRuntime, type TestRuntime } from '../../support/runtime.ts';
import { type Action, actions } from './random-sequences/actions.ts';
import { createWorld, type World } from './random-sequences/world.ts';

const seconds = Number(process.env['E2E_SECONDS'] ?? 20);
const seed = process.env['E2E_SEED'];

/** In this process, since it looks into the database after every step. */
describe('whatever people and instances do, in whatever order', () => {
  let runtime: TestRuntime;

  beforeAll(async () => {
    runtime = await startTestRuntime();
  });

  afterAll(() => runtime.stop());

  it('every release stays sound, and comes to an end', { timeout: 10 * seconds * 1000 }, async () => {
    let [runs, steps, releases] = [0, 0, 0];
    const play = async (sequence: readonly Action[]) => {
      const world = await createWorld(runtime);
      const paused = new Map<string, Pause>();
      for (const [step, action] of sequence.entries()) {
        const found = [
          ...(await world.act(action)),
          ...(await violations(world)),
          ...(await toldInPause(world, paused)),
        ];
        if (found.length > 0) throw new Error(`after step ${step}, ${JSON.stringify(action)}: ${found.join('; ')}`);
      }
      await world.end();
      const found = [...(await violations(world)), ...(await strays(world))];
      if (found.length > 0) throw new Error(`at the end: ${found.join('; ')}`);
      runs += 1;
      steps += sequence.length;
      releases += world.deployments.length;
    };
    // On several services at the same time: most of it is waiting.
    const sequences = fc.array(actions, { minLength: 1, maxLength: 8, size: 'max' });
    const property = fc.asyncProperty(sequences, async all => {
      await Promise.all(all.map(play));
    });

    await fc.assert(property, {
      numRuns: 10_000,
      interruptAfterTimeLimit: seconds * 1000,
      ...(seed ? { seed: Number(seed) } : {}),
    });
    console.log(`${runs} sequences, ${steps} steps, ${releases} releases: ${await describeChanges()}`);
  });

  /** How often what happened, to see that enough did. */
  async function describeChanges(): Promise<string> {
    const rows = await runtime.sql<{ change: string; count: string }>(
      `select concat_ws(' → ', from_status, to_status) as change, count(*) from deploy_events
         where to_status is not null group by 1 order by 1`,
    );
    return rows.map(({ change, count }) => `${count} × ${change}`).join(', ');
  }

  async function violations({ deployments }: World): Promise<string[]> {
    const existing = await runtime.sql<{ id: string }>('select id from deploy_tasks where id = any ($1)', [
      deployments,
    ]);
    const all = await Promise.all(
      existing.map(async ({ id }) => (await violationsOf({ query: runtime.sql }, id)).map(what => `${id}: ${what}`)),
    );
    return all.flat();
  }

  /** While a pause lasts, no further instance is told. */
  async function toldInPause({ deployments }: World, before: Map<string, Pause>): Promise<string[]> {
    const rows = await runtime.sql<Pause>(
      `select d.id, d.pause_time::text as since, array_remove(array_agg(i.instance_id), null) as told
         from deploy_tasks d left join deploy_instances i on i.deploy_id = d.id and i.told_time is not null
         where d.id = any ($1) and d.status = 'paused' group by d.id`,
      [deployments],
    );
    return rows.flatMap(row => {
      const known = before.get(row.id);
      before.set(row.id, row);
      const fresh = known?.since === row.since ? row.told.filter(id => !known.told.includes(id)) : [];
      return fresh.map(id => `${id} was told in the pause of ${row.id}`);
    });
  }

  /** Once nothing is under way, who does as it is told runs what is current, unless a failed release still governs. */
  async function strays({ service, instances }: World): Promise<string[]> {
    const rows = await runtime.sql<{ stray: string }>(
      `select format('%s runs %s, current is %s', i.id, i.version, s.current_version) as stray
         from services s join service_instances i on i.service_id = s.id
         where s.name = $1 and i.id = any ($2) and s.governing_deploy_id is null and i.version <> s.current_version`,
      [service, instances()],
    );
    return rows.map(({ stray }) => stray);
  }
});

interface Pause {
  readonly id: string;
  readonly since: string;
  readonly told: readonly string[];
}
