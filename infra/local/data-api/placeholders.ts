/** SQL with its `:name` placeholders replaced by `$1`, `$2`, …, and whose value each of these takes. */
export interface ParsedSql {
  readonly text: string;
  readonly names: readonly string[];
}

/**
 * What is passed over: quoted texts, identifiers, comments, and casts. As with the real Data API, dollar-quoted
 * bodies and array slices are not, so that a `:word` in a function's body or a `[1:2]` is a placeholder too.
 */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*|::+|:=|:(\w+)|\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'/g;

/** Replaces the placeholders of a statement; each occurrence is a parameter of its own. */
export function parsePlaceholders(sql: string): ParsedSql {
  if (!sql.includes(':')) return { text: sql, names: [] };
  const names: string[] = [];
  let text = '';
  let done = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(sql); match; match = TOKEN.exec(sql)) {
    if (match[0] === '/*') TOKEN.lastIndex = findCommentEnd(sql, match.index);
    const name = match[1];
    if (name === undefined) continue;
    names.push(name);
    text += `${sql.slice(done, match.index)}$${names.length}`;
    done = TOKEN.lastIndex;
  }
  return { text: text + sql.slice(done), names };
}

/** PostgreSQL's block comments nest. */
function findCommentEnd(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(sql); match; match = edge.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}
