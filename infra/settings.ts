import { defaultTemplates, type Templates } from '../functions/domain/metrics/templates.ts';
import type { OidcSettings } from '../functions/domain/oidc.ts';
import type { AlertLabels } from '../functions/domain/read-alert.ts';

/** What functions are told of how to behave, wherever they run. Durations are in the unit of their name. */
export interface Settings {
  /** Reports a second that the whole fleet may send. */
  readonly reportRate: number;
  /** The shortest time between two reports of an instance: while its batch is under way, and else. */
  readonly reportFastSeconds: number;
  readonly reportSlowSeconds: number;
  /** After how many looks an execution hands over to the next generation. */
  readonly looksInExecution: number;
  /** `open`: who comes without having passed an authorizer is an admin; for 127.0.0.1 only. */
  readonly access: 'open' | 'closed';
  /** For how long an answer of the authorizer counts, and so a revoked token is still taken; at most 3,600. */
  readonly tokenCacheSeconds: number;
  /** Whose JWTs are taken besides our own tokens. */
  readonly oidc?: OidcSettings | undefined;
  /** Whether the database pauses itself when nobody asks it anything, so that the reconciler must not wake it. */
  readonly databasePauses: boolean;
  readonly retentionDays: RetentionDays;
  readonly alertLabels: AlertLabels;
  /** What metrics are where a service has no template of its own. */
  readonly metricTemplates: Templates;
  /** How often Prometheus scrapes: rates are taken over four times that at least, since fewer than two samples are none. */
  readonly scrapeSeconds: number;
  /** For how long an answer of Prometheus is waited for. */
  readonly prometheusTimeoutSeconds: number;
}

/** For how long what has ended, was resolved, or is long silent is kept. */
export interface RetentionDays {
  /** The record of deployments that have ended: events, waits, and who was in which batch. */
  readonly events: number;
  /** What releases were judged by. */
  readonly samples: number;
  readonly alerts: number;
  readonly states: number;
  readonly idempotencyKeys: number;
  readonly lostInstances: number;
}

/** A look and its wait write at most 20 events, retries aside, of the 25,000 that a history holds. */
export const defaultSettings: Settings = {
  reportRate: 50,
  reportFastSeconds: 5,
  reportSlowSeconds: 60,
  looksInExecution: 1000,
  access: 'closed',
  tokenCacheSeconds: 10,
  databasePauses: false,
  retentionDays: { events: 365, samples: 30, alerts: 90, states: 90, idempotencyKeys: 1, lostInstances: 7 },
  alertLabels: { service: 'service', version: 'version', severity: 'severity' },
  metricTemplates: defaultTemplates,
  scrapeSeconds: 15,
  prometheusTimeoutSeconds: 10,
};

/** One machine's reports cost nothing, so they come often. */
export const localSettings: Settings = {
  ...defaultSettings,
  reportRate: 1000,
  reportFastSeconds: 1,
  reportSlowSeconds: 1,
};
