import { scan } from './scan.ts';

/** What a template is filled in with; a name that is left out stands for any. */
export interface Subject {
  readonly service?: string | undefined;
  readonly version?: string | undefined;
  readonly instance?: string | undefined;
  /** What rates are taken over. */
  readonly windowSeconds: number;
}

/**
 * PromQL of a template that `checkTemplate` has no fault with. A name becomes a regular expression that matches it alone, quoted
 * as a string, whatever it holds; comments are left out, so that the query can stand before something else.
 */
export function renderTemplate(template: string, subject: Subject): string {
  return scan(template)
    .filter(({ kind }) => kind !== 'comment')
    .map(({ kind, text }) => (kind === 'placeholder' ? fillIn(text, subject) : text))
    .join('');
}

function fillIn(placeholder: string, { windowSeconds, ...names }: Subject): string {
  if (placeholder === '$window') return toDuration(windowSeconds);
  const name = names[placeholder.slice(1) as keyof typeof names];
  return name === undefined ? '".*"' : quote(escapeRegex(name));
}

/** PromQL knows no fractions of a unit. */
function toDuration(seconds: number): string {
  return Number.isInteger(seconds) ? `${seconds}s` : `${Math.ceil(seconds * 1000)}ms`;
}

/** As RE2's QuoteMeta. Prometheus anchors at both ends. */
function escapeRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** JSON's escapes are all among Go's, which knows no half of a surrogate pair. */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
