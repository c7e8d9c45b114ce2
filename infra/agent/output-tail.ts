import { stripVTControlCharacters } from 'node:util';

/** 2,000 characters are at most 6,000 bytes of UTF-8; the rest is room for colours, which are taken out. */
const keptBytes = 16_384;

/** Collects a stream of bytes and remembers its end. */
export type OutputTail = {
  push(chunk: Uint8Array): void;
  /** The end of it: at most `characters` UTF-16 units, whole characters only, no control codes but tab and newline. */
  text(characters: number): string;
};

export function createOutputTail(): OutputTail {
  let kept: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      const joined = Buffer.concat([kept, chunk]);
      kept = joined.subarray(Math.max(0, joined.length - keptBytes));
    },
    text(characters) {
      const clean = stripVTControlCharacters(skipBrokenStart(kept).toString('utf8'))
        .replace(/\r\n?/g, '\n')
        // PostgreSQL's text refuses NUL, and nobody wants to read the others.
        .replace(/[^\P{Cc}\t\n]/gu, '')
        .trim();
      return takeEnd(clean, characters);
    },
  };
}

/** The cut may have gone through a character: its continuation bytes (10xxxxxx) are left out. */
function skipBrokenStart(bytes: Buffer): Buffer {
  let start = 0;
  if (bytes.length === keptBytes) while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

function takeEnd(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const end = text.slice(-characters);
  const first = end.charCodeAt(0);
  const isLowSurrogate = first >= 0xdc00 && first <= 0xdfff;
  return isLowSurrogate ? end.slice(1) : end;
}
