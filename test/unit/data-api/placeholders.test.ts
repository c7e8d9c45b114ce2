import { describe, expect, test } from 'vitest';
import { parsePlaceholders } from '../../../infra/local/data-api/placeholders.ts';

describe('the placeholder scanner', () => {
  test.each([
    ['select :a, :b_2', 'select $1, $2', ['a', 'b_2']],
    ['select :a, :a', 'select $1, $2', ['a', 'a']],
    ['select :a::uuid', 'select $1::uuid', ['a']],
    ["select ':a', 'it''s :a', :b", "select ':a', 'it''s :a', $1", ['b']],
    [String.raw`select E'it\'s :a', e':b', :c`, String.raw`select E'it\'s :a', e':b', $1`, ['c']],
    ['select ":a", "x"":a", :b', 'select ":a", "x"":a", $1', ['b']],
    ['select 1 -- :a\n, :b', 'select 1 -- :a\n, $1', ['b']],
    ['select /* :a /* :b */ :c */ :d', 'select /* :a /* :b */ :c */ $1', ['d']],
    ['select f(x := :a)', 'select f(x := $1)', ['a']],
    // What the real one does too.
    ['select $$a :b c$$', 'select $$a $1 c$$', ['b']],
    ['select (array[1,2,3])[1:2]', 'select (array[1,2,3])[1$1]', ['2']],
    ['select 1', 'select 1', []],
  ])('reads %s', (sql, text, names) => {
    expect(parsePlaceholders(sql)).toEqual({ text, names });
  });
});
