/** Nested arrays cannot be returned by the Data API. */
export class MultidimensionalArrayError extends Error {}

const ELEMENT = /"((?:[^"\\]|\\[\s\S])*)"|([^,{}]+)/g;

/**
 * Reads an array in PostgreSQL's text format, `{1,NULL,"a \"b\""}`, with or without bounds in front.
 * @throws MultidimensionalArrayError
 */
export function parseArray(text: string): (string | null)[] {
  const start = text.startsWith('[') ? text.indexOf('=') + 1 : 0;
  if (text.startsWith('{{', start)) throw new MultidimensionalArrayError();
  const elements: (string | null)[] = [];
  ELEMENT.lastIndex = start;
  for (let match = ELEMENT.exec(text); match; match = ELEMENT.exec(text)) {
    const [, quoted, bare] = match;
    if (quoted !== undefined) elements.push(quoted.replace(/\\([\s\S])/g, '$1'));
    else elements.push(bare === 'NULL' || bare === undefined ? null : bare);
  }
  return elements;
}

/** Elements of an array, or of nested ones. */
export type ArrayElements = readonly (string | null | ArrayElements)[];

/** Writes an array in PostgreSQL's text format. */
export function formatArray(elements: ArrayElements): string {
  const texts = elements.map(element => {
    if (element === null) return 'NULL';
    if (typeof element !== 'string') return formatArray(element);
    return `"${element.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${texts.join(',')}}`;
}
