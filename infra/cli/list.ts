import type { ApiTarget } from '../agent/http.ts';
import { request } from './api.ts';

type Page<T> = { readonly items: readonly T[]; readonly next?: string };

/** Reads a list to its end, or up to `most` items. `path` may have a query. */
export async function listAll<T>(target: ApiTarget, path: string, most = Number.POSITIVE_INFINITY): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const cursor = next === undefined ? '' : `${path.includes('?') ? '&' : '?'}start=${encodeURIComponent(next)}`;
    const page = await request<Page<T>>(target, 'GET', path + cursor);
    items.push(...page.items);
    next = page.next;
  } while (next !== undefined && items.length < most);
  return items.slice(0, most);
}
