import { type Piece, scan } from './scan.ts';

/** Those of names; `$window` is the other one. */
export const namePlaceholders = ['$service', '$version', '$instance'] as const;
export const placeholders = [...namePlaceholders, '$window'] as const;

/**
 * What is wrong with a template, or a query with placeholders, in words; whether it is PromQL is Prometheus' to say. Without
 * a fault, nothing that is filled in and nothing that it stands in can be taken for anything else.
 */
export function checkTemplate(template: string): readonly string[] {
  const pieces = scan(template);
  const isEmpty = pieces.every(({ kind, text }) => kind === 'comment' || text.trim() === '');
  if (isEmpty) return ['must be a query of PromQL'];
  return [...new Set([...checkCharacters(template), ...pieces.flatMap(checkPiece), ...checkBrackets(pieces)])];
}

/** Six bytes each in JSON, while all templates of a service share a row of 64 KB. NUL is refused in any text. */
function checkCharacters(template: string): readonly string[] {
  return /(?![\0\t\r\n])\p{Cc}/u.test(template) ? ['has a control character'] : [];
}

function checkPiece({ kind, text }: Piece, at: number, pieces: readonly Piece[]): readonly string[] {
  switch (kind) {
    case 'string':
    case 'comment':
      return [...text.matchAll(/\$\w+/g)]
        .filter(([name]) => isPlaceholder(name))
        .map(([name]) => `has ${name} in a ${kind}, where it is not filled in: write ${usage(name)}`);
    case 'placeholder':
      if (!isPlaceholder(text)) return [`has ${text}, which is none of ${placeholders.join(', ')}`];
      return isName(text) && !/[=!]~\s*$/.test(lastCode(pieces.slice(0, at)))
        ? [`has ${text} where it is not matched against: write ${usage(text)}`]
        : [];
    case 'openString':
      return ['has a string that does not end'];
    case 'code':
      return [];
  }
}

function isPlaceholder(text: string): boolean {
  return placeholders.some(known => known === text);
}

function isName(text: string): boolean {
  return namePlaceholders.some(known => known === text);
}

function usage(name: string): string {
  return isName(name) ? `${name.slice(1)}=~${name}` : `[${name}]`;
}

/** Comments may stand between a placeholder and what it is matched by. */
function lastCode(before: readonly Piece[]): string {
  const last = before.findLast(({ kind, text }) => kind !== 'comment' && text.trim() !== '');
  return last?.kind === 'code' ? last.text : '';
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** A query that closed a bracket too many would end what it is put into. */
function checkBrackets(pieces: readonly Piece[]): readonly string[] {
  const open: string[] = [];
  const code = pieces.filter(({ kind }) => kind === 'code').map(({ text }) => text);
  for (const [bracket] of code.join(' ').matchAll(/[()[\]{}]/g)) {
    const expected = closing[bracket];
    if (expected !== undefined) open.push(expected);
    else if (open.pop() !== bracket) return [`has a "${bracket}" too many`];
  }
  return open.length === 0 ? [] : [`lacks a "${open.at(-1)}"`];
}
