import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet } from '../../support/fleet.ts';
import { createServerHome, type ServerHome, type ServerProcess } from '../../support/process.ts';
import { givenFleet, type Release, whenReleased } from '../../support/release.ts';
import type { Api } from '../../support/runtime.ts';
import { illegalTransitions } from '../transitions.ts';
import { outlast } from './outlast.ts';
import { createRandom } from './random.ts';

/** Each with two kills. */
const ROUNDS = 10;
const seed = Number(process.env['E2E_SEED'] ?? Date.now() % 1_000_000);

const baked = { type: 'canary', steps: [{ weight: 34, bakeSeconds: 0.1 }, { weight: 67 }] };
const plain = { type: 'rolling', batchSize: 1 };
const gated = { type: 'canary', steps: [{ weight: 50, bakeSeconds: 0.1, gate: true }] };

describe('an end of the server amid releases', () => {
  let home: ServerHome;
  let server: ServerProcess;
  let api: Api;
  let fleets: readonly Fleet[];
  let stopReporting: () => Promise<void>;

  beforeAll(async () => {
    home = await createServerHome();
    server = await home.start();
    api = outlast(() => server.url);
    fleets = await Promise.all([3, 3, 2].map(size => givenFleet(api, size)));
    stopReporting = keepReporting(fleets);
  });

  afterAll(async () => {
    await stopReporting();
    await home.remove();
  });

  it('by kill -9 at a random moment changes the end of none, whether PostgreSQL survives or not', {
    timeout: 300_000,
  }, async () => {
    const random = createRandom(seed);
    const since = performance.now();
    const clean = await releaseAll(1);
    const cleanMs = performance.now() - since;
    const starts: number[] = [];

    for (let round = 1; round <= ROUNDS; round += 1) {
      const ends = releaseAll(round + 1);
      const label = [`seed ${seed}, round ${round}`];
      for (const survives of [round % 2 === 0, round % 2 !== 0]) {
        const momentMs = (random() * cleanMs) / 2;
        label.push(`after ${Math.round(momentMs)} ms ${survives ? 'PostgreSQL survives' : 'PostgreSQL is killed too'}`);
        await Promise.race([delay(momentMs), ends]);
        await kill(survives);
        server = await home.start();
        starts.push(Math.round(server.startMs));
      }

      expect(await ends, label.join(', ')).toEqual(clean);
    }
    console.log(`seed ${seed}; a release takes ${Math.round(cleanMs)} ms; up again after ${starts.join(', ')} ms`);
  });

  it('by SIGTERM is quick, and changes nothing either', async () => {
    const ends = releaseAll(ROUNDS + 2);
    await delay(300);

    const since = performance.now();
    const code = await server.stop();
    const stopMs = performance.now() - since;
    server = await home.start();
    const changes = (await ends).flatMap(({ illegal }) => illegal);

    console.log(`stopped after ${Math.round(stopMs)} ms`);
    expect([code, changes]).toEqual([0, []]);
    expect(stopMs).toBeLessThan(5_000);
  });

  /** One that completes, one that fails, one with a gate: each to its end. */
  async function releaseAll(round: number) {
    const [good, bad, gate] = fleets as [Fleet, Fleet, Fleet];
    const version = `v${round + 1}`;
    bad.react = (name, wanted) => (name === 'i002' && wanted === version ? 'fail' : 'follow');
    return Promise.all([
      whenReleased(api, good, version, { strategy: baked }).then(release => end(release, 'completed', version)),
      whenReleased(api, bad, version, { strategy: plain }).then(release => end(release, 'rolledBack', version)),
      whenReleased(api, gate, version, { strategy: gated }).then(async release => {
        await reaches(release, 'paused');
        await release.continue();
        return end(release, 'completed', version);
      }),
    ]);
  }

  async function kill(survives: boolean): Promise<void> {
    const postgres = await home.postgresPid();
    if (!survives) process.kill(postgres, 'SIGKILL');
    await server.kill();
  }
});

/** Every instance reports again and again, whatever happens to the server. */
function keepReporting(fleets: readonly Fleet[]): () => Promise<void> {
  let stopping = false;
  const loops = fleets.map(async fleet => {
    while (!stopping) {
      await fleet.reportAll();
      await delay(50);
    }
  });
  return async () => {
    stopping = true;
    await Promise.all(loops);
  };
}

async function reaches(release: Release, status: string): Promise<void> {
  const end = performance.now() + 60_000;
  for (let seen = await release.read(); seen.status !== status; seen = await release.read()) {
    if (performance.now() > end) {
      throw new Error(`not ${status}: ${JSON.stringify({ ...seen, events: await release.events() })}`);
    }
    await delay(50);
  }
}

/** What a release came to, without names that differ from one to the next. */
async function end(release: Release, status: string, version: string) {
  await reaches(release, status);
  return {
    illegal: illegalTransitions(await release.events()),
    record: await release.record(),
    states: await release.states(),
    updated: release.fleet.versions().map(runs => runs === version),
  };
}
