import { readFileSync } from 'node:fs';

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/** `90`, `90s`, `10m`, `1h` or `0.5s` as milliseconds; undefined if it is no such thing, or not above zero. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  const ms = Number(match?.[1]) * (unitSeconds[match?.[2] ?? ''] ?? Number.NaN) * 1000;
  // setTimeout holds no more than 2^31 - 1 ms.
  return ms > 0 && ms < 2 ** 31 ? ms : undefined;
}

export function checkDuration(text: string): string | undefined {
  return parseDurationMs(text) === undefined ? `not a duration such as 90s, 10m or 1h: ${text}` : undefined;
}

export function checkUrl(text: string): string | undefined {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  return ['http:', 'https:'].includes(protocol) ? undefined : `not an http(s) URL: ${text}`;
}

/** What no header can hold is told by whoever sends it, the token with it: so it is told here, without. */
export function checkToken(text: string): string | undefined {
  return /^[!-~]*$/.test(text) ? undefined : 'not a token: printable ASCII characters without spaces';
}

export function checkLabel(text: string): string | undefined {
  return text.indexOf('=') > 0 ? undefined : `not of the form key=value: ${text}`;
}

export function parseLabel(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A strategy is a name, or an object in JSON. */
export function parseStrategy(text: string): unknown {
  return text.trimStart().startsWith('{') ? JSON.parse(text) : text;
}

export function checkStrategy(text: string): string | undefined {
  return findFault(() => parseStrategy(text));
}

/** An analysis is JSON, as it is or in a file: `true`, `{"interval": 30}`, `@policy.json`. */
export function parseAnalysis(text: string): unknown {
  return JSON.parse(text.startsWith('@') ? readFileSync(text.slice(1), 'utf8') : text);
}

export function checkAnalysis(text: string): string | undefined {
  return findFault(() => parseAnalysis(text));
}

function findFault(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
