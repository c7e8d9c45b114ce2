import { readSystemState } from '#data/health.ts';
import { judgeSystem } from '#domain/judge-system.ts';
import { endpoint } from '#platform/endpoint.ts';
import { getHealthInput } from './input.ts';

export const handler = endpoint(getHealthInput, async () => {
  const state = await readSystemState();
  const { databaseVersion, schema, reconcileTime, lagSeconds, unseenSeconds: _, time, ...counts } = state;
  const reasons = judgeSystem(state);
  return {
    status: 200,
    body: {
      status: reasons.length === 0 ? 'ok' : 'degraded',
      reasons,
      time,
      database: { version: databaseVersion, schema },
      reconciler: { lastRunTime: reconcileTime, lagSeconds },
      ...counts,
    },
  };
});
