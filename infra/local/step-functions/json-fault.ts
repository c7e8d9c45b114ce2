const WORD = /^\s*([A-Za-z_$][\w$]*)/;
const FIELD_START = /^\s*\{\s*([^\s"}])/;

/** Why a text is not JSON, in the words of the parser that AWS uses where they are known; undefined if it is. */
export function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const [, word] = WORD.exec(text) ?? [];
    if (word !== undefined) {
      return `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`;
    }
    const [, start] = FIELD_START.exec(text) ?? [];
    if (start !== undefined) {
      return `Unexpected character ('${start}' (code ${start.charCodeAt(0)})): was expecting double-quote to start field name`;
    }
    return (error as Error).message;
  }
}
