import * as z from 'zod/mini';
import { checkTemplate } from '#domain/metrics/check-template.ts';
import { text } from './fields.ts';

/** PromQL with placeholders, as far as it can be told without Prometheus. */
export function template(atMost: number) {
  return text(atMost).check(
    z.check(({ value, issues }) => {
      // What is too long has been told so.
      if (value.length > atMost) return;
      for (const message of checkTemplate(value)) issues.push({ code: 'custom', message, input: value });
    }),
  );
}
