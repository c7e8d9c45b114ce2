import * as z from 'zod/mini';
import { type TemplateName, templateNames } from '#domain/metrics/names.ts';
import { analysis } from '../deployments/analysis.ts';
import { serviceName } from '../fields.ts';
import { input } from '../request.ts';
import { template } from '../template.ts';

const path = { service: serviceName };

/** All of them in one row, of 64 KB at most. */
const ownTemplate = z.optional(z.nullable(template(2000)));

const metrics = z.strictObject(
  Object.fromEntries(templateNames.map(name => [name, ownTemplate])) as Record<TemplateName, typeof ownTemplate>,
);

export const getSettingsInput = input({ path });

export const updateSettingsInput = input({
  path,
  body: z.strictObject({ metrics: z.optional(metrics), analysis: z.optional(z.nullable(analysis)) }),
});
