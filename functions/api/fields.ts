import * as z from 'zod/mini';
import { decodeCursor, type Key } from '#domain/cursor.ts';
import { durationPattern, parseDuration } from '#domain/duration.ts';
import { deploymentIDPattern, instanceIDPattern, serviceNamePattern, versionPattern } from '#domain/names.ts';
import { healths } from '#domain/statuses.ts';
import { parseTime } from '#domain/time.ts';

const punctuation = 'letters, digits, ".", "_", "-"';

export const serviceName = z
  .string()
  .check(z.regex(serviceNamePattern, `must be 1 to 128 of ${punctuation}, a letter or digit first`));

export const version = z
  .string()
  .check(z.regex(versionPattern, `must be 1 to 255 of ${punctuation}, "+", ":", "/", a letter or digit first`));

export const instanceID = z
  .string()
  .check(z.regex(instanceIDPattern, `must be 1 to 255 of ${punctuation}, "+", ":", "/", a letter or digit first`));

export const deployID = z.string().check(z.regex(deploymentIDPattern, 'is not the id of a deployment'));

export const health = z.enum(healths);

/** Free text that PostgreSQL can hold. */
export function text(atMost: number) {
  const schema = z.string().check(
    z.maxLength(atMost, `must have at most ${atMost} characters`),
    z.refine(value => value.isWellFormed() && !value.includes('\0'), 'must be well-formed Unicode without NUL'),
  );
  z.globalRegistry.add(schema, { pattern: '^[^\\u0000]*$' });
  return schema;
}

/** The JSON Schema of what is checked by a function, or is read from a query's text. */
export function describe<Schema extends z.ZodMiniType>(schema: Schema, described: object): Schema {
  z.globalRegistry.add(schema, { described });
  return schema;
}

/** A time, as RFC 3339 writes it. Gives a Date. */
export const time = describe(
  z.pipe(
    z.string(),
    z.transform((value, { issues }) => {
      const parsed = parseTime(value);
      if (parsed) return parsed;
      issues.push({ code: 'custom', message: 'must be an RFC 3339 time, such as 2030-01-31T09:00:00Z', input: value });
      return z.NEVER;
    }),
  ),
  { type: 'string', format: 'date-time' },
);

const longestSeconds = 7 * 86_400;

/** A duration of at most a week: seconds, or text with a unit. Gives seconds. */
export function duration(atLeast: 'none' | 'some') {
  const number = z
    .number()
    .check(z.maximum(longestSeconds, 'must be at most 7 days'), atLeast === 'some' ? z.gt(0) : z.minimum(0));
  const words = z.pipe(
    z.string().check(z.regex(durationPattern, 'must be seconds, or a duration such as "90s", "5m" or "1h"')),
    z.transform(value => parseDuration(value) ?? Number.NaN),
  );
  return z.union([number, z.pipe(words, number)]);
}

/** A whole number in a query. */
function wholeNumber(least: number, most: number) {
  return describe(
    z.pipe(
      z.string().check(z.regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`)),
      z.transform((value, { issues }) => {
        const number = Number(value);
        if (number >= least && number <= most) return number;
        issues.push({ code: 'custom', message: `must be a whole number from ${least} to ${most}`, input: value });
        return z.NEVER;
      }),
    ),
    { type: 'integer', minimum: least, maximum: most },
  );
}

/** The index of a batch, in a query. */
export const batchIndex = wholeNumber(0, 999_999);

/** How many items a page shows at most. */
export const limit = wholeNumber(1, 500);

/** One of these words, in any case. Gives the word as it is written here. */
export function anyCase<const Word extends string>(words: readonly Word[]) {
  return describe(
    z.pipe(
      z.string(),
      z.transform((value, { issues }): Word => {
        const word = words.find(known => known.toLowerCase() === value.toLowerCase());
        if (word !== undefined) return word;
        issues.push({ code: 'custom', message: `must be one of ${words.join(', ')}`, input: value });
        return z.NEVER;
      }),
    ),
    { type: 'string', enum: words, description: 'In any case.' },
  );
}

/** Where a page goes on: the `next` of the page before, of the same list. Gives the key that it ended with. */
export function cursor(list: string, ...types: readonly ('string' | 'number')[]) {
  return describe(
    z.pipe(
      z.string(),
      z.transform((value, { issues }): Key => {
        const key = decodeCursor(list, types, value);
        if (key) return key;
        issues.push({ code: 'custom', message: 'is not a cursor of this list', input: value });
        return z.NEVER;
      }),
    ),
    { type: 'string', pattern: '^[A-Za-z0-9_-]+$', description: 'The `next` of the page before.' },
  );
}
