import { findCommentEnd } from './sql-text.ts';

/**
 * What takes away data, or what the release before still asks for. Functions and views are neither: they hold nothing, and
 * the repeatable files make them anew.
 */
const DESTRUCTION: readonly RegExp[] = [
  /\btruncate\s+(?!on\b|or\b)/,
  /\bdrop\s+(?:(?:foreign\s+)?table|schema|database|materialized\s+view|type|domain|sequence|extension|owned)\b/,
  /\bdrop\s+(?!constraint\b)[^,;]*\bcascade\b/,
  /\balter\s+(?:foreign\s+)?table\b[^;]*\bdrop\s+(?!constraint\b|not\s+null\b|default\b|identity\b|expression\b)/,
  /\balter\s+type\b[^;]*\bdrop\s+attribute\b/,
  /\balter\s+(?:column\s+)?\S+\s+(?:set\s+data\s+)?type\b/,
  /\balter\s+(?:(?:foreign\s+)?table|schema|type|domain|sequence|materialized\s+view)\b[^;]*\brename\b/,
  /\bdelete\s+from\b(?![^;]*\bwhere\b)/,
];

/** Comments, texts and quoted names, none of which is a command. */
const TOKEN = /--[^\n]*|\/\*|\be'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)/g;

/**
 * Whether a statement takes something away. A function's body does so only when somebody calls it; a `do` block's does at once,
 * and its texts are read too, since it may execute them. What a function that is called does is not seen.
 */
export function isDestructive(statement: string): boolean {
  const sql = statement.toLowerCase();
  if (/^create\s+(?:or\s+replace\s+)?(?:function|procedure)\b/.test(sql)) return false;
  const commands = readCommands(sql, /^do\b/.test(sql));
  return DESTRUCTION.some(pattern => pattern.test(commands));
}

function readCommands(sql: string, withTexts: boolean): string {
  let commands = '';
  let from = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(sql); match; match = TOKEN.exec(sql)) {
    const [token] = match;
    if (token === '/*') TOKEN.lastIndex = findCommentEnd(sql, match.index);
    commands += `${sql.slice(from, match.index)}${readToken(token, withTexts)}`;
    from = TOKEN.lastIndex;
  }
  return commands + sql.slice(from);
}

function readToken(token: string, withTexts: boolean): string {
  if (token.startsWith('"')) return 'name';
  return withTexts && token.endsWith("'") ? token : ' ';
}
