import { invalidToken, validationFailed } from './errors.ts';

export interface PageRequest {
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const DEFAULT_SIZE = 100;
const MAX_SIZE = 1_000;

/** One page of a list, and the token of the next. @throws ValidationException, InvalidToken */
export function page<T>(items: readonly T[], { maxResults = 0, nextToken }: PageRequest, maxTokenLength = 1_024) {
  if (maxResults > MAX_SIZE) {
    throw validationFailed(maxResults, 'maxResults', `Member must have value less than or equal to ${MAX_SIZE}`);
  }
  if (nextToken !== undefined && nextToken.length > maxTokenLength) {
    throw validationFailed(nextToken, 'nextToken', `Member must have length less than or equal to ${maxTokenLength}`);
  }
  const start = nextToken === undefined ? 0 : offsetIn(nextToken);
  const end = start + (maxResults || DEFAULT_SIZE);
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextToken: Buffer.from(`offset:${end}`).toString('base64url') }),
  };
}

function offsetIn(token: string): number {
  const [, offset] = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (offset === undefined) throw invalidToken();
  return Number(offset);
}
