import { describe, expect, test } from 'vitest';
import { PathNotFound, readPath, writePath } from '../../../infra/local/step-functions/json-path/read.ts';

const document = {
  store: {
    book: [
      { title: 'one', price: 8, tags: ['a'] },
      { title: 'two', price: 12 },
    ],
  },
  "it's": { 'a.b': 1 },
  list: [0, 1, 2, 3, 4],
};

const read = (path: string) =>
  readPath(path, { document, context: { State: { Name: 'S' } }, variables: { size: { n: 3 } } });

describe('reading a path', () => {
  test.each([
    ['$.store.book[0].title', 'one'],
    ['$.store.book[-1].title', 'two'],
    ["$['it\\'s']['a.b']", 1],
    ['$$.State.Name', 'S'],
    ['$size.n', 3],
    ['$.store.book[*].price', [8, 12]],
    ['$.store.book[?(@.price < 10)].title', ['one']],
    ["$.store.book[?(@.tags && @.title == 'one' || @.price >= 99)].price", [8]],
    ['$.store.book[?(!@.tags)].title', ['two']],
    ['$.store.book[?(@.title =~ /t.*/)].title', ['two']],
    ['$..title', ['one', 'two']],
    ['$.list[1:3]', [1, 2]],
    ['$.list[::2]', [0, 2, 4]],
    ['$.list[0,4]', [0, 4]],
    ["$.store.book[0]['title','price']", ['one', 8]],
    ['$.nothing[*]', []],
  ])('%s', (path, expected) => {
    expect(read(path)).toEqual(expected);
  });

  test.each([
    ['$.nothing', "No results for path: $['nothing']"],
    ['$.store.nothing.more', "Missing property in path $['store']['nothing']"],
    ['$.list[9]', "No results for path: $['list'][9]"],
    ['$unknown.n', "No results for path: $['unknown']"],
  ])('%s leads nowhere', (path, message) => {
    expect(() => read(path)).toThrow(new PathNotFound(message));
  });

  test('refuses what is no path', () => {
    expect(() => read('$.a[')).toThrow('Invalid path');
    expect(() => read('a')).toThrow('Invalid path');
  });
});

describe('writing a path', () => {
  test('makes what is missing on the way, and changes no document', () => {
    const before = { a: { b: 1 }, list: [1, 2] };

    expect(writePath(before, '$.a.c.d', 2)).toEqual({ a: { b: 1, c: { d: 2 } }, list: [1, 2] });
    expect(writePath(before, '$.list[1]', 9)).toEqual({ a: { b: 1 }, list: [1, 9] });
    expect(before).toEqual({ a: { b: 1 }, list: [1, 2] });
  });

  test('refuses to write into what is no object', () => {
    expect(() => writePath({ a: 1 }, '$.a.b', 2)).toThrow('Unable to apply step "b"');
  });
});
