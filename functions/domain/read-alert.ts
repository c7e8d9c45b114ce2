import { serviceNamePattern, versionPattern } from './names.ts';
import { toStorable } from './text.ts';
import { parseTime } from './time.ts';

/** An alert as Alertmanager's webhook carries it. */
export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>> | null | undefined;
  readonly startsAt: string;
  readonly endsAt?: string | null | undefined;
  readonly fingerprint: string;
}

/** The labels that say which service and version an alert is about, and how bad it is. */
export interface AlertLabels {
  readonly service: string;
  readonly version: string;
  readonly severity: string;
}

/** What is kept of an alert. */
export interface ReadAlert {
  readonly fingerprint: string;
  readonly startTime: string;
  readonly resolveTime?: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly version?: string | undefined;
  readonly health: 'warning' | 'error';
  readonly message?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** Past it labels are not kept: a row of the database is to stay below 64 KB. */
const labelsBytes = 8_000;

/** Reads an alert; a text says why it is about nothing that we know, so that the rest of its group is still taken. */
export function readAlert(alert: WebhookAlert, names: AlertLabels): ReadAlert | string {
  const { labels, annotations, fingerprint } = alert;
  const service = labels[names.service];
  const version = labels[names.version];
  const start = parseTime(alert.startsAt);
  if (service === undefined) return `has no label ${names.service}`;
  if (!serviceNamePattern.test(service)) return `its label ${names.service} is no name of a service`;
  if (!start || !isStorable(start)) return 'startsAt is not an RFC 3339 time of 1970 to 2199';
  const end = alert.status === 'resolved' ? parseTime(alert.endsAt ?? '') : undefined;
  const message = annotations?.['summary'] ?? annotations?.['description'] ?? annotations?.['message'];
  return {
    fingerprint,
    startTime: start.toISOString(),
    // One that is said to have ended has ended, whatever became of the time.
    resolveTime:
      alert.status === 'resolved' ? (end && end > start && isStorable(end) ? end : start).toISOString() : undefined,
    name: toStorable(labels['alertname'] ?? 'alert', 255),
    service,
    version: version !== undefined && versionPattern.test(version) ? version : undefined,
    health: labels[names.severity]?.toLowerCase() === 'critical' ? 'error' : 'warning',
    message: message && toStorable(message, 2000),
    labels: keepLabels(labels),
  };
}

/** What JavaScript and PostgreSQL write alike. */
function isStorable(time: Date): boolean {
  const year = time.getUTCFullYear();
  return year >= 1970 && year < 2200;
}

function keepLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const kept = Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [toStorable(name, 255), toStorable(value, 2000)]),
  );
  return Buffer.byteLength(JSON.stringify(kept)) > labelsBytes ? {} : kept;
}
