import type { Item } from './queries.ts';

/** How the context object's `Map.Item` shows an item. */
export const itemContext = ({ value, key }: Item, index: number) => ({
  Index: index,
  Value: value,
  ...(key !== undefined && { Key: key }),
});
