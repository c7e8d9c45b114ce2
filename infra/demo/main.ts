import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setMeasuredStage, startMeasuring } from './measured.ts';
import type { Program } from './program.ts';
import { showBadVersion } from './releases/bad-version.ts';
import { showCanary } from './releases/canary.ts';
import { showChangeOfMind } from './releases/change-of-mind.ts';
import { showMeasured } from './releases/measured.ts';
import { registerServices, serverName, setStage, startServer } from './stage.ts';
import { say, sayTitle } from './story.ts';

const stop = new AbortController();
// More of them change nothing: cleaning up is under way, and it ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop.abort(signal));
}

const startTime = Date.now();
const folder = await mkdtemp(join(tmpdir(), 'service-manager-demo-'));
// PostgreSQL does not run as root: whatever account it runs as has to come in.
await chmod(folder, 0o755);
const programs: Program[] = [];
try {
  const props = { folder, stop: stop.signal, started: watchProgram };
  const prometheusUrl = await startMeasuring(props);
  const api = await startServer(props, prometheusUrl);
  await registerServices(api);
  // What they do meanwhile is the past that a new version is compared with.
  const measured = prometheusUrl === undefined ? undefined : await setMeasuredStage(api, props);
  const stage = await setStage(api, props);
  await showCanary(stage);
  await showBadVersion(stage);
  await showChangeOfMind(stage);
  if (measured) await showMeasured(measured);
  const releases = measured ? 'four' : 'three';
  sayTitle(`All ${releases} releases ended as they should, in ${Math.round((Date.now() - startTime) / 1000)} s.`);
} catch (error) {
  process.exitCode = 1;
  explain(stop.signal.aborted ? stop.signal.reason : error);
} finally {
  // The server last, so that no agent misses its API.
  const isServer = ({ name }: Program) => name === serverName;
  await Promise.all(programs.map(program => !isServer(program) && program.stop()));
  await programs.find(isServer)?.stop();
  // Should the server have died, its PostgreSQL ends soon after its data has gone.
  await rm(folder, { recursive: true, force: true });
}

/** None may end before the demo does. */
function watchProgram(program: Program): void {
  programs.push(program);
  void program.ended.then(how => stop.abort(new Error(how)));
}

/** Why it failed, and what the programs said last. */
function explain(error: unknown): void {
  if (typeof error === 'string') {
    say(`\nThe demo was ended by ${error}.`);
    return;
  }
  say(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
  for (const { name, tail } of programs) {
    const lines = tail(name === serverName ? 30 : 3);
    if (lines.length > 0) say(`\n${name} said last:\n${lines.map(line => `  ${line}`).join('\n')}`);
  }
}
