import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, single, startHarness } from '../interpreter/harness.ts';

/** What AWS was seen to answer: the bounds are exact, the one below passes and the one above does not. */
describe('a JSONata expression', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness();
  });

  afterAll(() => harness.close());

  const evaluate = async (expression: string, input: unknown = {}) => {
    const { output, error, cause } = await harness.run(
      single({ Type: 'Pass', Output: { v: `{% ${expression} %}` }, End: true }),
      input,
    );
    return error === undefined ? output.v : `${error}: ${cause?.replace(/^.*'Output\/v' /s, '')}`;
  };
  const threw = (fault: string) => `States.QueryEvaluationError: threw an error during evaluation${fault}`;
  const nothing = 'States.QueryEvaluationError: returned nothing (undefined).';
  const overflow = threw(
    ': Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.',
  );
  const memory = threw(': Expression evaluation memory limit exceeded: Check for excessive memory usage');

  it.each([
    ['terms', (n: number) => `1${'+1'.repeat(n - 1)}`, 100],
    ['parentheses', (n: number) => `${'('.repeat(n)}1${')'.repeat(n)}`, 99],
    ['brackets', (n: number) => `$count(${'['.repeat(n)}1${']'.repeat(n)})`, 98],
    ['calls', (n: number) => `($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(${n}))`, 31],
  ])('nests %s to a depth of 100 evaluations', async (_, nested, deepest) => {
    expect(await evaluate(nested(deepest))).toBeTypeOf('number');
    expect(await evaluate(nested(deepest + 1))).toBe(overflow);
  });

  it('may be as wide as it likes', async () => {
    const calls = Array.from({ length: 150 }, () => '$f(1)').join(',');
    const list = Array.from({ length: 150 }, (_, id) => ({ id: `id${id}`, n: 1 }));

    expect(await evaluate(`($f := function($x){ $x + 1 }; $sum([${calls}]))`)).toBe(300);
    expect(await evaluate('$count($keys($states.input.list{id: $sum(n)}))', { list })).toBe(150);
  });

  it('holds no more than so much', async () => {
    const doubled = (times: number) =>
      `($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f("x", ${times})))`;

    expect(await evaluate('[1..873782] ~> $count()')).toBe(873_782);
    expect(await evaluate('[1..873783] ~> $count()')).toBe(memory);
    expect(await evaluate(doubled(22))).toBe(2 ** 22);
    expect(await evaluate(doubled(23))).toBe(memory);
  });

  it('ends after a second', async () => {
    expect(await evaluate('($f := function($x){ $f($x+1) }; $f(1))')).toBe(
      threw(': Expression evaluation timeout: Check for infinite loop'),
    );
  });

  it('names numbers that JSON has no word for', async () => {
    expect(await evaluate('1/0')).toBe('Infinity');
    expect(await evaluate('[-1/0, {"k": 0/0}]')).toEqual(['-Infinity', { k: 'NaN' }]);
  });

  it.each([
    ['$eval("1+1")', '. T1006: Attempted to invoke a non-function'],
    ['$sum(["a"])', '. T0412: Argument 1 of function "sum" must be an array of "numbers"'],
    ['$hash("Hello", "md5")', '. D3137: Invalid hash algorithm: md5'],
    ['$hash("a", 5)', '. T0410: Argument 2 of function "hash" does not match function signature'],
    ['$parse("not JSON")', '. D3137: Invalid JSON'],
    ['$parse("1e400")', '. D3137: Invalid JSON'],
    ['$parse(null)', '. T0410: Argument 1 of function "parse" does not match function signature'],
    ['$partition([1, 2], -1)', '. D3137: Second argument must be zero or greater'],
    ['$range(1)', '. T0410: Argument 2 of function "range" does not match function signature'],
    ['$random(1, 2)', '. T0410: Argument 2 of function "random" does not match function signature'],
    ['$uuid("seed")', '. T0410: Argument 1 of function "uuid" does not match function signature'],
  ])('throws: %s', async (expression, fault) => {
    expect(await evaluate(expression)).toBe(threw(fault));
  });

  it.each([
    ['$partition([1, 2, 3, 4, 5], 2.9)', [[1, 2], [3, 4], [5]]],
    ['$partition([1, 2, 3])', [[1, 2, 3]]],
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
    ['$range(5, 1, -1.5)', [5, 4, 3, 2, 1]],
    ['$range(3, 3, 1)', 3],
    ['$random(42)', 0.7275636800328681],
    ['$random(0.9)', 0.730967787376657],
    ['$hash("ñ", "MD5")', '94e9342ecbb1458b6043ecd3bfcbc192'],
    ['$parse("{\\"b\\":1,\\"a\\":[2]}")', { b: 1, a: [2] }],
    ['$map(["[1]", "[2]"], $parse)', [[1], [2]]],
  ])('has functions of Step Functions’ own: %s', async (expression, value) => {
    expect(await evaluate(expression)).toEqual(value);
  });

  it.each([
    '$partition([], 2)',
    '$partition([1], 0)',
    '$range(5, 1, 1)',
    '$range(1, 5, 0)',
    '$range(1, 5)',
    '$hash("a")',
    '$parse()',
  ])('may return nothing: %s', async expression => {
    expect(await evaluate(expression)).toBe(nothing);
  });
});
