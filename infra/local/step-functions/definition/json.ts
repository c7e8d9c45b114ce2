/** Reading the definition as JSON, with the parser messages that AWS (Jackson) gives. */

import type { Report } from './diagnostic.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The definition as an object, or undefined after reporting why it is none. */
export function parseDefinition(definition: string, report: Report): JsonObject | undefined {
  if (definition.trim() === '') return refuseNonObject(report);
  let parsed: unknown;
  try {
    parsed = JSON.parse(definition);
  } catch (error) {
    const location = `[Source: (String)${quoteSource(definition)}; ${findFault(definition)}]`;
    report.error('INVALID_JSON_DESCRIPTION', `${describeFault(definition, error)}\n at ${location}`, location);
    return undefined;
  }
  return isObject(parsed) ? parsed : refuseNonObject(report);
}

function refuseNonObject(report: Report): undefined {
  report.error('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object');
}

function describeFault(definition: string, error: unknown): string {
  const word = leadingWord(definition);
  if (word === undefined) return (error as Error).message;
  return (
    `Unrecognized token '${word}': was expecting ` +
    `(JSON String, Number, Array, Object or token 'null', 'true' or 'false')`
  );
}

function findFault(definition: string): string {
  const word = leadingWord(definition);
  if (word !== undefined) return `line: 1, column: ${definition.indexOf(word) + word.length + 1}`;
  const before = definition.slice(0, longestSoundPrefix(definition));
  return `line: ${before.split('\n').length}, column: ${before.length - before.lastIndexOf('\n')}`;
}

/** How far the definition could still become JSON. V8 does not always tell where it stopped. */
function longestSoundPrefix(definition: string): number {
  let sound = 0;
  let faulty = definition.length + 1;
  while (faulty - sound > 1) {
    const middle = Math.floor((sound + faulty) / 2);
    if (isSoundPrefix(definition.slice(0, middle))) sound = middle;
    else faulty = middle;
  }
  return sound;
}

function isSoundPrefix(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return /end of JSON input|^Unterminated/.test(message) || message.includes(`at position ${prefix.length} `);
  }
}

/** The bare word that a definition on one line begins with, if that is what is wrong with it. */
function leadingWord(definition: string): string | undefined {
  return /^[^\S\n]*([A-Za-z_$][\w$]*)/.exec(definition)?.[1];
}

/** Jackson shows the first 500 characters of what it read. */
function quoteSource(definition: string): string {
  const rest = definition.length - 500;
  return rest > 0 ? `"${definition.slice(0, 500)}"[truncated ${rest} chars]` : `"${definition}"`;
}
