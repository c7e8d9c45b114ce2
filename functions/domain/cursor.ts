/** Where a page ended: the values that its list is ordered by, of the last item shown. */
export type Key = readonly (string | number)[];

/** A cursor for a list: opaque to clients, who hand it back to go on after this key. */
export function encodeCursor(list: string, key: Key): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

/**
 * Reads a cursor that encodeCursor made for the same list.
 * @param types of the key's values; a number is a whole one
 * @returns undefined: it is not one of ours
 */
export function decodeCursor(list: string, types: readonly ('string' | 'number')[], cursor: string): Key | undefined {
  const content = parse(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(content)) return undefined;
  const [name, ...key]: unknown[] = content;
  const isOurs = name === list && key.length === types.length && key.every((value, at) => fits(value, types[at]));
  // Base64 has many spellings of one content, and we write only one of them.
  return isOurs && encodeCursor(list, key as Key) === cursor ? (key as Key) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fits(value: unknown, type: 'string' | 'number' | undefined): boolean {
  if (type === 'number') return Number.isSafeInteger(value);
  // PostgreSQL's texts hold no NUL.
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
}
