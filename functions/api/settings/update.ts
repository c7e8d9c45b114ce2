import { updateSettings } from '#data/settings.ts';
import { endpoint } from '#platform/endpoint.ts';
import { readAnalysis, requireFitting } from '../deployments/read-analysis.ts';
import { updateSettingsInput } from './input.ts';
import { showSettings } from './show.ts';

export const handler = endpoint(updateSettingsInput, async ({ path, body, once }) => {
  const analysis = readAnalysis(body.analysis);
  requireFitting(analysis);
  return { status: 200, body: showSettings(await updateSettings(path.service, { ...body, analysis }, once)) };
});
