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
  let chunks: Uint8Array[] = [];
  let length = 0;
  /** Joins what has come, and lets go of all but the end. */
  const join = (): Buffer => {
    const joined = Buffer.concat(chunks);
    const end = skipBrokenStart(joined, Math.max(0, joined.length - keptBytes));
    chunks = [end];
    length = end.length;
    return end;
  };
  return {
    push(chunk) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > 4 * keptBytes) join();
    },
    text(characters) {
      const clean = stripVTControlCharacters(join().toString('utf8'))
        .replace(/\r\n?/g, '\n')
        // PostgreSQL's text refuses NUL, and nobody wants to read the others.
        .replace(/[^\P{Cc}\t\n]/gu, '')
        .trim();
      return takeEnd(clean, characters);
    },
  };
}

/** A cut at `start` may go through a character: its continuation bytes (10xxxxxx) are left out. */
function skipBrokenStart(bytes: Buffer, start: number): Buffer {
  let first = start;
  if (start > 0) while (first < start + 3 && ((bytes[first] ?? 0) & 0xc0) === 0x80) first += 1;
  return bytes.subarray(first);
}

/** The last `characters` UTF-16 units of a text, or one less where the cut would split a character. */
export function takeEnd(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const end = text.slice(-characters);
  const first = end.charCodeAt(0);
  const isLowSurrogate = first >= 0xdc00 && first <= 0xdfff;
  return isLowSurrogate ? end.slice(1) : end;
}
