import { updateSettings } from '#data/settings.ts';
import { endpoint } from '#platform/endpoint.ts';
import { updateSettingsInput } from './input.ts';
import { showSettings } from './show.ts';

export const handler = endpoint(updateSettingsInput, async ({ path, body, once }) => {
  return { status: 200, body: showSettings(await updateSettings(path.service, body, once)) };
});
