/** A piece of PromQL. Whatever quotes or comments is one piece, so that nobody looks for placeholders in it by accident. */
export interface Piece {
  readonly kind: 'code' | 'string' | 'comment' | 'placeholder' | 'openString';
  readonly text: string;
}

/** As Prometheus' lexer has it: `"…"` and `'…'` with escapes in one line, raw `…` in backquotes, `#` to the end of the line. */
const pieces =
  /(?<string>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)|(?<comment>#[^\r\n]*)|(?<placeholder>\$\w*)|(?<openString>["'`])|(?<code>[^"'`#$]+)/g;

/** All of a text of PromQL, in order. */
export function scan(promql: string): readonly Piece[] {
  return [...promql.matchAll(pieces)].map(({ 0: text, groups = {} }) => {
    const [kind] = Object.entries(groups).find(([, found]) => found !== undefined) ?? ['code'];
    return { kind: kind as Piece['kind'], text };
  });
}
