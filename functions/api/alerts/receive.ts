import { receiveAlerts } from '#data/alerts.ts';
import { type AlertLabels, type ReadAlert, readAlert } from '#domain/read-alert.ts';
import { endpoint } from '#platform/endpoint.ts';
import { env } from '#platform/env.ts';
import { alsoOnce } from '#platform/idempotency.ts';
import { receiveAlertsInput } from './input.ts';

const labels = JSON.parse(env('ALERT_LABELS')) as AlertLabels;

/** Alertmanager sends a group as a whole, and gives it up when it is refused. Lambda takes 6 MB of text that quotes this. */
const bodyBytes = 4 * 1024 * 1024;

/** An alert is stored in at most 13 KB, and a request to the Data API holds 4 MiB. */
const alertsInStatement = 250;

export const handler = endpoint(
  receiveAlertsInput,
  async ({ body, once }) => {
    const ignored: { fingerprint: string; reason: string }[] = [];
    const read: ReadAlert[] = [];
    for (const alert of body.alerts) {
      const result = readAlert(alert, labels);
      if (typeof result === 'string') ignored.push({ fingerprint: alert.fingerprint, reason: result });
      else read.push(result);
    }
    const stored = { firing: 0, resolved: 0 };
    for (let from = 0; from < read.length; from += alertsInStatement) {
      const part = read.slice(from, from + alertsInStatement);
      const { firing, resolved } = await receiveAlerts(part, alsoOnce(once, `alerts ${from}`));
      stored.firing += firing;
      stored.resolved += resolved;
    }
    return { status: 200, body: { ...stored, ignored: ignored.slice(0, 100) } };
  },
  { bodyBytes, asker: 'fleet' },
);
