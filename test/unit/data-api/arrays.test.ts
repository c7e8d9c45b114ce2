import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatArray, MultidimensionalArrayError, parseArray } from '../../../infra/local/data-api/arrays.ts';

describe('arrays in text format', () => {
  test.each([
    ['{}', []],
    ['{1,NULL,3}', ['1', null, '3']],
    ['[0:1]={1,2}', ['1', '2']],
    ['{"NULL","",a}', ['NULL', '', 'a']],
    [String.raw`{"a,b","{c}","d \"e\" \\"}`, ['a,b', '{c}', String.raw`d "e" \ `.trim()]],
  ])('reads %s', (text, elements) => {
    expect(parseArray(text)).toEqual(elements);
  });

  test('refuses arrays of arrays', () => {
    expect(() => parseArray('{{1,2},{3,4}}')).toThrow(MultidimensionalArrayError);
    expect(() => parseArray('[1:1][1:1]={{1}}')).toThrow(MultidimensionalArrayError);
  });

  test('reads what it wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: fc.constantFrom(...'aN"\\{},é \n') }))), elements => {
        expect(parseArray(formatArray(elements))).toEqual(elements);
      }),
    );
  });
});
