import * as z from 'zod/mini';
import { serviceName, version } from '../fields.ts';
import { type Operation, page, timestamp } from '../schema.ts';
import { alertStates, listAlertsInput, receiveAlertsInput } from './input.ts';

const tag = 'alerts';

const alert = z.object({
  fingerprint: z.string(),
  name: z.string(),
  service: serviceName,
  version: z.optional(version),
  health: z.enum(['warning', 'error']),
  state: z.enum(alertStates),
  message: z.optional(z.string()),
  labels: z.record(z.string(), z.string()),
  startTime: timestamp,
  resolveTime: z.optional(timestamp),
  receiveTime: timestamp,
});
z.globalRegistry.add(alert, { id: 'Alert' });

const received = z.object({
  firing: z.int(),
  resolved: z.int(),
  ignored: z.array(z.object({ fingerprint: z.string(), reason: z.string() })),
});

export const receiveAlerts: Operation = {
  tag,
  summary: "Takes alerts, as Alertmanager's webhook of version 4 sends them.",
  description:
    'Alertmanager sends the token of a role that may do this as `http_config.authorization.credentials` of its webhook. ' +
    'The label `service` says what an alert is about, `version` of which version, and `severity` `critical` counts as `error`, anything else as `warning`. ' +
    'The same delivered again, or in another order, changes nothing; a resolved one stays so. A firing alert counts in the health of its service. ' +
    'One that begins during a release of its service, or of one that this depends on, or gets worse meanwhile, is acted on once, as `onAlert` of the deployment says. ' +
    'One that names another version than the one released of the same service is only recorded. ' +
    'Those without the name of a service are counted out in `ignored` (the first 100), since Alertmanager gives up a whole group that is refused.',
  input: receiveAlertsInput,
  answers: { 200: { description: 'How many of them fire and are resolved now.', schema: received } },
  refusals: [],
  example: {
    body: {
      version: '4',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'HighErrorRatio', service: 'user-service', severity: 'critical' },
          annotations: { summary: '7 % of requests fail' },
          startsAt: '2030-01-31T09:00:00Z',
          fingerprint: 'a1b2c3d4e5f60718',
        },
      ],
    },
    answer: { firing: 1, resolved: 0, ignored: [] },
  },
};

export const listAlerts: Operation = {
  tag,
  summary: 'Lists alerts, the latest first.',
  input: listAlertsInput,
  answers: { 200: { description: 'The alerts.', schema: page(alert) } },
  refusals: [],
};
