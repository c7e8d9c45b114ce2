import { findCommentEnd, lineAt } from './sql-text.ts';

export interface Placeholder {
  /** As written, with its colon. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/** What the Data API passes over. Dollar-quoted texts and array slices are not among it. */
const TOKEN = /--[^\n]*|\/\*|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'[^']*'|"[^"]*"|::+|:=|:\w+/g;

/** The first `:word` that the Data API would replace by a parameter, be it in the body of a function. */
export function findPlaceholder(sql: string): Placeholder | undefined {
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(sql); match; match = TOKEN.exec(sql)) {
    const [token] = match;
    if (token === '/*') TOKEN.lastIndex = findCommentEnd(sql, match.index);
    else if (/^:\w/.test(token)) return { text: token, line: lineAt(sql, match.index) };
  }
  return undefined;
}
