import type { Page } from '#data/page.ts';
import { encodeCursor } from '#domain/cursor.ts';

/** A page as the API answers it. */
export function toPage<Item>(list: string, { items, last }: Page<Item>): { items: readonly Item[]; next?: string } {
  return last ? { items, next: encodeCursor(list, last) } : { items };
}
