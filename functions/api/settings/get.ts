import { readSettings } from '#data/settings.ts';
import { endpoint } from '#platform/endpoint.ts';
import { getSettingsInput } from './input.ts';
import { showSettings } from './show.ts';

export const handler = endpoint(getSettingsInput, async ({ path }) => {
  return { status: 200, body: showSettings(await readSettings(path.service)) };
});
