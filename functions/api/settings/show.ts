import type { KeptSettings } from '#data/settings.ts';
import { templateNames } from '#domain/metrics/names.ts';
import { defaultTemplates } from '#platform/metric-settings.ts';

/** What counts for a service, and what of it is its own. */
export function showSettings({ settings: { metrics = {} }, analysis }: KeptSettings): object {
  const shown = templateNames.map(name => {
    const own = metrics[name];
    return [name, { template: own ?? defaultTemplates[name], isDefault: own === undefined }];
  });
  return { metrics: Object.fromEntries(shown), ...(analysis && { analysis }) };
}
