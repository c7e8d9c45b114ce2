import { insist, newName, request } from './fleet.ts';
import type { Api } from './runtime.ts';

export interface AlertOptions {
  readonly service: string;
  readonly name?: string;
  readonly status?: 'firing' | 'resolved';
  /** Now if absent. */
  readonly startsAt?: Date;
  /** Tells it from others; of its own if absent. */
  readonly fingerprint?: string;
  readonly severity?: 'critical' | 'warning';
  readonly version?: string;
  readonly summary?: string;
}

/** An alert as Alertmanager's webhook carries it. */
export function alertOf(options: AlertOptions) {
  const { service, name = 'HighErrors', status = 'firing', startsAt = new Date(), severity = 'critical' } = options;
  const { fingerprint = newName(), version, summary = '7 % of requests fail' } = options;
  return {
    status,
    labels: { alertname: name, service, severity, ...(version === undefined ? {} : { version }) },
    annotations: { summary },
    startsAt: startsAt.toISOString(),
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date(startsAt.getTime() + 1000).toISOString(),
    fingerprint,
  };
}

export type WebhookAlert = ReturnType<typeof alertOf>;

/** Doing it again changes nothing. @throws unless it is answered 2xx */
export async function deliver(api: Api, ...alerts: readonly object[]): Promise<void> {
  await insist(api, 'POST', '/alerts', { version: '4', alerts });
}

/** @throws unless it is answered 2xx */
export async function reportState(api: Api, service: string, state: object): Promise<void> {
  await request(api, 'POST', `/services/${service}/states`, state);
}
