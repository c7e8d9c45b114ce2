import { validateHeaderName, validateHeaderValue } from 'node:http';

/** A function's reply, as it goes to the client. */
export interface ProxyReply {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string;
}

const FIELDS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

/** API Gateway writes these itself, and hands the function's on under another name. */
const REMAPPED = new Set(['connection', 'content-length', 'date', 'server', 'www-authenticate', 'x-amzn-requestid']);
const DROPPED = new Set(['transfer-encoding', 'keep-alive', 'trailer', 'upgrade']);

/**
 * Reads what a function answered, by the rules recorded from AWS: no field but the five, all of them optional, the
 * status also as text, values of `multiValueHeaders` before those of `headers`. Without binary media types
 * `isBase64Encoded` changes nothing.
 * @param payload JSON text
 * @returns undefined when the reply is malformed
 */
export function parseProxyReply(payload: string): ProxyReply | undefined {
  const reply: unknown = JSON.parse(payload);
  if (!isRecord(reply)) return undefined;
  const fields = Object.keys(reply);
  if (fields.length === 0 || !fields.every(field => FIELDS.has(field))) return undefined;

  const status = parseStatus(reply['statusCode']);
  const headers = mergeHeaders(reply['headers'], reply['multiValueHeaders']);
  const body = reply['body'] ?? '';
  if (status === undefined || headers === undefined || typeof body !== 'string') return undefined;
  return { status, headers, body };
}

function parseStatus(value: unknown): number | undefined {
  if (value === undefined || value === null) return 200;
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const status = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined;
}

function mergeHeaders(single: unknown, multi: unknown): string[] | undefined {
  const merged: string[] = [];
  const spellings = new Map<string, string>();

  const add = (name: string, value: unknown): boolean => {
    const text = formatHeaderValue(name, value);
    if (text === undefined) return false;
    const key = name.toLowerCase();
    const spelling = spellings.get(key) ?? (REMAPPED.has(key) ? `x-amzn-Remapped-${name}` : name);
    spellings.set(key, spelling);
    if (!DROPPED.has(key)) merged.push(spelling, text);
    return true;
  };

  if (!isRecord(multi ?? {}) || !isRecord(single ?? {})) return undefined;
  for (const [name, values] of Object.entries(multi ?? {})) {
    if (!Array.isArray(values) || !values.every(value => add(name, value))) return undefined;
  }
  for (const [name, value] of Object.entries(single ?? {})) {
    if (!add(name, value)) return undefined;
  }
  if (!spellings.has('content-type')) merged.push('Content-Type', 'application/json');
  return merged;
}

/** Undefined when it is no value of a header, or HTTP does not allow it. */
function formatHeaderValue(name: string, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  try {
    validateHeaderName(name);
    validateHeaderValue(name, text);
    return text;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
