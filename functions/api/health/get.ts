import { readSystemState } from '#data/health.ts';
import { judgeSystem } from '#domain/judge-system.ts';
import { endpoint } from '#platform/endpoint.ts';
import { getHealthInput } from './input.ts';

export const handler = endpoint(getHealthInput, async () => {
  const { databaseVersion, schema, reconcileTime, lagSeconds, time, ...counts } = await readSystemState();
  const reasons = judgeSystem({ lagSeconds, ...counts });
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
