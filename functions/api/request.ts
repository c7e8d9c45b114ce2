import * as z from 'zod/mini';

type Shape = Readonly<Record<string, z.ZodMiniType>>;

/** Of a request: what stands in its path and query, and its body, each a schema. */
interface Parts<Path extends Shape, Query extends Shape, Body extends z.ZodMiniType> {
  readonly path?: Path;
  readonly query?: Query;
  readonly body?: Body;
}

/** The schema of a GET, PUT or DELETE. What it does not name in the query is refused; a body that it has no use for is not looked at. */
export function input<
  Path extends Shape = Record<never, never>,
  Query extends Shape = Record<never, never>,
  Body extends z.ZodMiniType = z.ZodMiniUnknown,
>({ path, query, body }: Parts<Path, Query, Body>) {
  return z.object({
    path: z.strictObject((path ?? {}) as Path),
    query: z.strictObject((query ?? {}) as Query),
    headers: z.object({}),
    body: (body ?? z.unknown()) as Body,
  });
}

/** An empty one is as good as none. */
const headers = z.object({
  'idempotency-key': z.optional(
    z.string().check(z.regex(/^[!-~]{0,200}$/, 'must be at most 200 printable ASCII characters without spaces')),
  ),
});

/** The schema of a POST, which may have an Idempotency-Key. */
export function postInput<
  Path extends Shape = Record<never, never>,
  Query extends Shape = Record<never, never>,
  Body extends z.ZodMiniType = z.ZodMiniUnknown,
>(parts: Parts<Path, Query, Body>) {
  return z.extend(input(parts), { headers });
}
