import type { Client } from './client.ts';
import { instanceID, report } from './fleet.ts';

/** Milliseconds on one clock: when an agent was answered a version, and when it sent its report of running it. */
interface Times {
  readonly told: number;
  readonly done: number;
}

export interface Agents {
  /** How many reports have been answered so far. */
  reports(): number;
  /** Of each instance that was told this version. */
  times(version: string): ReadonlyMap<string, Times>;
  /** @throws what the first of them threw that failed */
  check(): void;
  stop(): Promise<void>;
}

/** As many agents in this process. They do at once what they are told, and else report when they are to. */
export function startAgents(client: Client, service: string, count: number, version: string): Agents {
  const all = new Map<string, Map<string, Times>>();
  const stop = new AbortController();
  let reports = 0;

  async function run(id: string): Promise<void> {
    let current = version;
    await rest(Math.random() * 1000, stop.signal);
    while (!stop.signal.aborted) {
      const { desiredVersion, reportAfterSeconds } = await report(client, service, id, current);
      reports += 1;
      if (desiredVersion === null || desiredVersion === current) {
        await rest(reportAfterSeconds * 1000, stop.signal);
        continue;
      }
      const now = performance.now();
      current = desiredVersion;
      const times = all.get(current) ?? new Map<string, Times>();
      all.set(current, times.set(id, { told: now, done: now }));
    }
  }

  const running = Array.from({ length: count }, (_, number) => run(instanceID(service, number)));
  const finished = Promise.all(running).catch((error: unknown) => stop.abort(error));
  return {
    reports: () => reports,
    check: () => stop.signal.throwIfAborted(),
    times: wanted => all.get(wanted) ?? new Map<string, Times>(),
    stop: async () => {
      stop.abort();
      await finished;
    },
  };
}

function rest(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const wake = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    if (stop.aborted) wake();
    else stop.addEventListener('abort', wake);
  });
}
