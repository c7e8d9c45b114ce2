import { receiveAlerts } from '#data/alerts.ts';
import { type AlertLabels, type ReadAlert, readAlert } from '#domain/read-alert.ts';
import { endpoint } from '#platform/endpoint.ts';
import { env } from '#platform/env.ts';
import { alsoOnce } from '#platform/idempotency.ts';
import { sendSignals } from '#platform/workflows.ts';
import { receiveAlertsInput } from './input.ts';

const labels = JSON.parse(env('ALERT_LABELS')) as AlertLabels;

/** Alertmanager sends a group as a whole, and gives it up when it is refused. Lambda takes 6 MB of text that quotes this. */
const bodyBytes = 4 * 1024 * 1024;

/** A few thousand alerts, which a busy database stores within the 2 s that it is given; a request to the Data API holds 4 MiB. */
const statementBytes = 400_000;

export const handler = endpoint(
  receiveAlertsInput,
  async ({ body, actor, once }) => {
    const ignored: { fingerprint: string; reason: string }[] = [];
    const read: ReadAlert[] = [];
    for (const alert of body.alerts) {
      const result = readAlert(alert, labels);
      if (typeof result === 'string') ignored.push({ fingerprint: alert.fingerprint, reason: result });
      else read.push(result);
    }
    const stored = { firing: 0, resolved: 0 };
    for (const [index, part] of [...inParts(read)].entries()) {
      const { firing, resolved, signals } = await receiveAlerts(part, actor, alsoOnce(once, `alerts ${index}`));
      await sendSignals(signals);
      stored.firing += firing;
      stored.resolved += resolved;
    }
    return { status: 200, body: { ...stored, ignored: ignored.slice(0, 100) } };
  },
  { bodyBytes, asker: 'fleet' },
);

function* inParts(alerts: readonly ReadAlert[]): Generator<readonly ReadAlert[]> {
  let [part, bytes]: [ReadAlert[], number] = [[], 0];
  for (const alert of alerts) {
    const size = Buffer.byteLength(JSON.stringify(alert));
    if (part.length > 0 && bytes + size > statementBytes) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(alert);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
