import * as z from 'zod/mini';
import { type Operation, timestamp } from '../schema.ts';
import { getHealthInput } from './input.ts';

const count = z.int().check(z.minimum(0));

const health = z.object({
  status: z.enum(['ok', 'degraded']),
  reasons: z.array(z.string()),
  time: timestamp,
  database: z.object({ version: z.string(), schema: z.string() }),
  reconciler: z.object({ lastRunTime: timestamp, lagSeconds: z.number() }),
  reportsPerSecond: z.number(),
  unsentSignals: count,
  unpublishedChanges: count,
  activeDeployments: count,
  stuckDeployments: count,
});
z.globalRegistry.add(health, { id: 'Health' });

export const getHealth: Operation = {
  tag: 'health',
  summary: 'Tells how the control plane does.',
  description:
    'It answers 200 whenever it can look, also where it finds something: watch `status`, which is `degraded` while `reasons` says something, for longer than a few minutes, since what a fault leaves lying is picked up within one or two, or, where the database pauses itself and nothing runs, within the hour. A database that cannot be reached is 503, as everywhere. One that pauses itself when nobody asks it anything is woken by this request, and kept awake by a monitor that makes it again and again: there, watch the CloudWatch metrics of the namespace `ServiceManager` instead. `reportsPerSecond` is measured from one run of the reconciler to the next, `database.schema` is the last migration that was applied.',
  input: getHealthInput,
  answers: { 200: { description: 'What was found.', schema: health } },
  refusals: [],
  example: {
    answer: {
      status: 'ok',
      reasons: [],
      time: '2030-01-31T09:00:00.000Z',
      database: { version: '17.7', schema: '0001_create_catalogue' },
      reconciler: { lastRunTime: '2030-01-31T08:59:30.000Z', lagSeconds: 30 },
      reportsPerSecond: 12.5,
      unsentSignals: 0,
      unpublishedChanges: 0,
      activeDeployments: 1,
      stuckDeployments: 0,
    },
  },
};
