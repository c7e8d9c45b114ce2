import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../../../support/sql.ts';

/** What one instance was answered while a deployment had it in its plan. */
export interface Told {
  readonly deployID: string;
  readonly instance: string;
  readonly version: string | null;
}

export interface InstanceOptions {
  readonly id: string;
  readonly report: (body: object) => Promise<Row[]>;
  readonly deregister: () => Promise<void>;
  readonly note: (told: Told) => void;
  readonly stopped: () => boolean;
}

/** An instance that runs what it is told, and now and then fails to, falls ill, or leaves and comes back. */
export async function runInstance({ id, report, deregister, note, stopped }: InstanceOptions): Promise<void> {
  let version: unknown = 'v1';
  let sequence = 0;
  let outcome: object = {};
  while (!stopped()) {
    sequence += 1;
    const rows = await report({ version, health: chance(0.01) ? 'error' : 'normal', sequence, ...outcome });
    const answer = rows.find(({ row }) => row === 'answer');
    const desiredVersion = answer ? answer['desiredVersion'] : version;
    const deployID = answer?.['deployID'];
    if (typeof deployID === 'string') note({ deployID, instance: id, version: desiredVersion as string | null });
    outcome = desiredVersion !== version && chance(0.02) ? { outcome: 'failed', deployID } : {};
    if (!('outcome' in outcome)) version = desiredVersion;
    if (chance(0.002)) await deregister();
    await sleep(5 + Math.random() * 20);
  }
}

export function chance(share: number): boolean {
  return Math.random() < share;
}
