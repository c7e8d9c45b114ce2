import type { Visit } from '../interpreter/visit.ts';

/** How AWS begins what it says about a fault in a state. */
export const entered = ({ name, enteredId }: Visit): string =>
  `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). `;

export const describeUnexpected = (expected: string, value: unknown): string =>
  `returned an unexpected result type. Expected '${expected}', but was '${typeOf(value)}' for value: ${JSON.stringify(value)}`;

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Whether a result is, or holds, something that JSON has no word for. */
export function isUnsupported(value: unknown): boolean {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return true;
  if (value === null || typeof value !== 'object') return false;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return true;
  return Object.values(value).some(isUnsupported);
}

/** Numbers that JSON has no word for, `1/0` say, become their names, wherever in a result they stand. */
export function withoutNonFinite(value: unknown): unknown {
  if (!holdsNonFinite(value)) return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(withoutNonFinite);
  return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, withoutNonFinite(member)]));
}

function holdsNonFinite(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNonFinite);
}
