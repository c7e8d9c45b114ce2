/** The two maps in which a proxy event holds headers or query parameters: the last value of each, and all of them. */
export interface MultiValues {
  readonly single: Record<string, string> | null;
  readonly multi: Record<string, string[]> | null;
}

/**
 * Collects pairs into both maps; both are null when there is none.
 * The maps have no prototype, since their keys come from outside and may be `__proto__`.
 */
export function collectMultiValues(pairs: Iterable<readonly [string, string]>): MultiValues {
  const single: Record<string, string> = Object.create(null);
  const multi: Record<string, string[]> = Object.create(null);
  let empty = true;
  for (const [name, value] of pairs) {
    empty = false;
    single[name] = value;
    const values = multi[name];
    if (values === undefined) multi[name] = [value];
    else values.push(value);
  }
  return empty ? { single: null, multi: null } : { single, multi };
}

/** Query parameters, decoded. API Gateway takes `;` for a separator, as it warns in its notes. */
export function collectQuery(query: string): MultiValues {
  if (query === '') return { single: null, multi: null };
  return collectMultiValues(new URLSearchParams(query.replaceAll(';', '&')));
}
