import * as z from 'zod/mini';
import { type TemplateName, templateNames } from '#domain/metrics/names.ts';
import { policy } from '../deployments/documents.ts';
import type { Operation } from '../schema.ts';
import { getSettingsInput, updateSettingsInput } from './input.ts';

const tag = 'settings';

const shownTemplate = z.object({ template: z.string(), isDefault: z.boolean() });

const settings = z.object({
  metrics: z.object(
    Object.fromEntries(templateNames.map(name => [name, shownTemplate])) as Record<TemplateName, typeof shownTemplate>,
  ),
  analysis: z.optional(policy),
});
z.globalRegistry.add(settings, { id: 'Settings' });

const answers = {
  200: { description: 'What counts for the service, and what of it is the default.', schema: settings },
};

export const getSettings: Operation = {
  tag,
  summary: 'Shows the settings of a service.',
  input: getSettingsInput,
  answers,
  refusals: ['serviceNotFound'],
};

export const updateSettings: Operation = {
  tag,
  summary: 'Changes settings of a service.',
  description:
    'What is named is replaced, all else stays: `metrics` is merged template by template, `analysis` is replaced as a whole; null goes back to the default. ' +
    'A template is PromQL for a metric. ' +
    'In a template `$service`, `$version` and `$instance` stand for what is asked about, as in `version=~$version`, and `$window` for what rates ' +
    'are taken over, as in `[$window]`. `latency` is in seconds, `traffic` in requests a second, `errorRatio` and `saturation` from 0 to 1, each as one series. ' +
    'Releases are compared by `requestCount` and `errorCount`, counters by instance and version, and `latencyBuckets`, a histogram by those and `le`. ' +
    '`analysis` is what releases created from then on are judged by in whatever they leave out; true means all defaults, false and null none.',
  input: updateSettingsInput,
  answers,
  refusals: ['serviceNotFound'],
  example: {
    body: {
      metrics: {
        traffic: 'sum(rate(grpc_server_handled_total{app=~$service,version=~$version,pod=~$instance}[$window]))',
        saturation: null,
      },
      analysis: { checks: [{ metric: 'latency', maxIncrease: '5%' }], minSamples: 100 },
    },
  },
};
