import * as z from 'zod/mini';
import { cursor, limit, serviceName } from '../fields.ts';
import { input, postInput } from '../request.ts';

const deps = z.array(serviceName).check(
  z.maxLength(100),
  z.check(({ value, issues }) => {
    for (const [at, name] of value.entries()) {
      if (value.indexOf(name) < at) issues.push({ code: 'custom', message: 'is there twice', input: name, path: [at] });
    }
  }),
);
z.globalRegistry.add(deps, { uniqueItems: true });

export const listServicesInput = input({
  query: { limit: z.optional(limit), start: z.optional(cursor('services', 'string')) },
});

export const createServiceInput = postInput({ body: z.strictObject({ name: serviceName, deps: z.optional(deps) }) });

export const updateServiceInput = input({ path: { service: serviceName }, body: z.strictObject({ deps }) });

export const deleteServiceInput = input({ path: { service: serviceName } });
