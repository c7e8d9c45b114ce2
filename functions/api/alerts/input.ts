import * as z from 'zod/mini';
import { anyCase, cursor, limit, serviceName } from '../fields.ts';
import { input, postInput } from '../request.ts';
import { fewEntries, upToManyFaults } from './bounds.ts';

const labels = fewEntries(z.record(z.string(), z.string()), 200);

const alert = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  labels,
  annotations: z.optional(z.nullable(labels)),
  startsAt: z.string(),
  endsAt: z.optional(z.nullable(z.string())),
  fingerprint: z.string().check(z.regex(/^[!-~]{1,100}$/, 'must be 1 to 100 printable ASCII characters')),
});

/** Of Alertmanager's webhook, version 4, what is read; whatever else it carries, now or later, is let through. */
const webhook = z.looseObject({
  version: z.optional(z.union([z.string(), z.number()])),
  alerts: upToManyFaults(alert),
});

export const receiveAlertsInput = postInput({ body: webhook });

export const alertStates = ['firing', 'resolved'] as const;

export const listAlertsInput = input({
  query: {
    service: z.optional(serviceName),
    state: z.optional(anyCase(alertStates)),
    limit: z.optional(limit),
    start: z.optional(cursor('alerts', 'number', 'string')),
  },
});
