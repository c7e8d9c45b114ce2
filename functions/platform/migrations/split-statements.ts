import { findCommentEnd, lineAt } from './sql-text.ts';

/** One statement of a file, without its semicolon and the comments before it. */
export interface Statement {
  readonly text: string;
  /** Where it begins in the file, from 1. */
  readonly line: number;
}

/**
 * Comments, E'…', '…', "…", the opening of $tag$…$tag$, words, and any other character. Words are taken whole, because
 * they may hold a dollar and end in an e. A doubled quote reads as two texts side by side, which splits the same.
 */
const TOKEN =
  /--[^\n]*|\/\*|[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[\w\u0080-\uffff][\w$\u0080-\uffff]*|\S/g;

/**
 * Splits SQL at the semicolons between its statements, since the Data API takes one statement at a time. A text that is
 * never closed reaches to the end. Bodies of functions are expected as texts: BEGIN ATOMIC is not understood.
 */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let start: number | undefined;
  const close = (end: number): void => {
    if (start !== undefined) statements.push({ text: sql.slice(start, end).trimEnd(), line: lineAt(sql, start) });
    start = undefined;
  };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(sql); match; match = TOKEN.exec(sql)) {
    const [token] = match;
    if (token === ';') close(match.index);
    else if (token === '/*') TOKEN.lastIndex = findCommentEnd(sql, match.index);
    else if (!token.startsWith('--')) {
      start ??= match.index;
      if (token.length > 1 && token.startsWith('$')) TOKEN.lastIndex = findQuoteEnd(sql, token, TOKEN.lastIndex);
    }
  }
  close(sql.length);
  return statements;
}

function findQuoteEnd(sql: string, tag: string, from: number): number {
  const end = sql.indexOf(tag, from);
  return end < 0 ? sql.length : end + tag.length;
}
