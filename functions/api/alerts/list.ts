import { listAlerts } from '#data/alerts.ts';
import { endpoint } from '#platform/endpoint.ts';
import { toPage } from '../to-page.ts';
import { listAlertsInput } from './input.ts';

export const handler = endpoint(listAlertsInput, async ({ query }) => {
  const { service, state, limit = 100, start } = query;
  return { status: 200, body: toPage('alerts', await listAlerts({ service, state, limit, after: start })) };
});
