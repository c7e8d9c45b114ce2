import * as z from 'zod/mini';
import { anyCase, deployID, serviceName, text, time, version } from '../fields.ts';
import { postInput } from '../request.ts';
import { analysis } from './analysis.ts';
import { strategy } from './strategy.ts';

const aYear = 365 * 86_400_000;

const scheduleTime = z.pipe(
  time,
  z.date().check(z.refine(at => at.getTime() - Date.now() <= aYear, 'must be within 365 days')),
);

const newDeployment = z
  .strictObject({
    service: serviceName,
    version,
    strategy: z.optional(strategy),
    analysis: z.optional(analysis),
    scheduleTime: z.optional(scheduleTime),
    onFailure: z.optional(z.enum(['rollback', 'pause'])),
    onAlert: z.optional(z.enum(['pause', 'rollback', 'ignore'])),
    description: z.optional(text(1000)),
    force: z.optional(z.boolean()),
  })
  .check(
    z.check(({ value, issues }) => {
      const { strategy: asked, onFailure } = value;
      const inStrategy = typeof asked === 'object' ? asked.onFailure : undefined;
      if (inStrategy !== undefined && onFailure !== undefined && inStrategy !== onFailure) {
        const message = `contradicts strategy.onFailure, which is ${inStrategy}`;
        issues.push({ code: 'custom', message, input: onFailure, path: ['onFailure'] });
      }
    }),
  );

export const createDeploymentInput = postInput({
  query: { dryRun: z.optional(anyCase(['true', 'false'])) },
  body: newDeployment,
});

export const updateDeploymentInput = postInput({
  path: { deployID },
  body: z.strictObject({
    version: z.optional(version),
    scheduleTime: z.optional(scheduleTime),
    strategy: z.optional(strategy),
    analysis: z.optional(analysis),
  }),
});
