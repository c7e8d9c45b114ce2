import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOutputTail } from '../../../infra/agent/output-tail.ts';

function tailOf(text: string | Uint8Array, characters: number): string {
  const tail = createOutputTail();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 7) tail.push(bytes.subarray(at, at + 7));
  return tail.text(characters);
}

describe('the tail of an output', () => {
  it('is all of a short one, without blank ends', () => {
    expect(tailOf('\n one\ntwo\n\n', 100)).toBe('one\ntwo');
  });

  it('takes out colours and control codes, but tabs and line ends', () => {
    expect(tailOf('\x1b[31mred\x1b[0m\0\x07\tx\r\ny\rz', 100)).toBe('red\tx\ny\nz');
  });

  it('shows what is not UTF-8 as such', () => {
    expect(tailOf(Uint8Array.of(0x61, 0xff, 0x62), 100)).toBe('a\ufffdb');
  });

  it.each(['ä', '漢', '😀'])('never cuts through %s', letter => {
    const tail = tailOf(`x${letter.repeat(30_000)}`, 1_999);

    expect(tail.replaceAll(letter, '')).toBe('');
    expect(tail.length).toBeGreaterThan(1_997);
  });

  it('is the well-formed end of any text', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 50 }), (whole, characters) => {
        const all = tailOf(whole, 10_000);
        const tail = tailOf(whole, characters);
        expect(tail.isWellFormed()).toBe(true);
        expect(tail.length).toBeLessThanOrEqual(characters);
        expect(all.endsWith(tail)).toBe(true);
      }),
    );
  });
});
