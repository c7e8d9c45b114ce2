import type { Health } from './statuses.ts';
import { toStorable } from './text.ts';

/** What a release does about an alert that fires on its service, or on one that depends on it, since it began. */
export type OnAlert = 'pause' | 'rollback' | 'ignore';

/** An alert, or a reported state, that a release is to act on. */
export interface FiredAlert {
  readonly alert: {
    readonly source: 'alert' | 'state';
    readonly name: string;
    readonly service: string;
    readonly version?: string;
    readonly health: Exclude<Health, 'normal'>;
    readonly message?: string;
  };
  /** From its service to the released one, each depending on the next. */
  readonly path: readonly string[];
  /** How many more there are. */
  readonly others: number;
}

/** Past it the middle of a path is left out. */
const shownServices = 6;

/** In words, such as `alert HighErrors (error) on checkout, which depends on cart: 7 % of requests fail`. */
export function describeAlert({ alert, path }: Pick<FiredAlert, 'alert' | 'path'>): string {
  const { source, name, service, version, health, message } = alert;
  const what = source === 'state' && name === 'state' ? 'state' : `${source} ${name}`;
  const where = [version === undefined ? service : `${service} ${version}`, ...shorten(path.slice(1))];
  return `${what} (${health}) on ${where.join(', which depends on ')}${message ? `: ${toStorable(message, 300)}` : ''}`;
}

function shorten(services: readonly string[]): readonly string[] {
  if (services.length <= shownServices) return services;
  return [...services.slice(0, shownServices / 2), '…', ...services.slice(-shownServices / 2)];
}
