import { describe, expect, test } from 'vitest';
import { findPlaceholder } from '#platform/migrations/find-placeholder.ts';
import { splitStatements } from '#platform/migrations/split-statements.ts';
import { readOwnMigrations } from '../../infra/migrations.ts';

describe('splitting SQL into statements', () => {
  test('each one goes without its semicolon and the space around it', () => {
    const statements = splitStatements('select 1;\n\n  select 2 ;select 3');

    expect(statements).toEqual([
      { text: 'select 1', line: 1 },
      { text: 'select 2', line: 3 },
      { text: 'select 3', line: 3 },
    ]);
  });

  test('comments before a statement are left out, and its line is its own', () => {
    const statements = splitStatements('-- first; line\n/* second;\n line */\nselect 1; -- after;\n-- the end;');

    expect(statements).toEqual([{ text: 'select 1', line: 4 }]);
  });

  test.each([
    ['nothing', ''],
    ['space', ' \n\t'],
    ['semicolons', ';; ;'],
    ['comments', '-- one;\n/* two; */'],
  ])('%s is no statement', (_, sql) => {
    expect(splitStatements(sql)).toEqual([]);
  });

  test.each([
    ['a text', "select 'a;b'"],
    ['a doubled quote', "select 'it''s;', ';'';'"],
    ['a backslash that is not an escape', "select '\\', ';'"],
    ['a text with escapes', "select E'it\\'s;', e'\\\\', ';'"],
    ['a doubled quote among escapes', "select E'a''\\';'"],
    ['a text after a word that ends in an e', "select date'1;\\'"],
    ['a text over several lines', "select 'a;\nb;'"],
    ['an identifier', 'select 1 as "a;""b;"'],
    ['a dollar-quoted text', 'do $$ begin null; end $$'],
    ['a tagged one', "select $body$ a; $$ ' ; $$ $bod$ ; $body$"],
    ['a tag with letters beyond ASCII', 'select $größe$ ; $größe$'],
    ['dollars within a word', 'select a$b, c$b$ from d'],
    ['a line comment', "select 1 -- it's; so\n + 2"],
    ['a block comment', "select 1 /* it's; */ + 2"],
    ['nested block comments', 'select 1 /* a; /* b; */ c; */ + 2'],
    ['a comment that looks like it nests in a text', "select '/* ;' + 2"],
  ])('%s is kept whole', (_, sql) => {
    const statements = splitStatements(`${sql};\nselect 2;`);

    expect(statements.map(({ text }) => text)).toEqual([sql, 'select 2']);
  });

  test.each(["select 'a; b", 'select "a; b', 'do $$ begin; end', 'select 1 /* ; /* */ ;', "select E'\\'; b"])(
    'what is never closed reaches to the end: %s',
    sql => {
      expect(splitStatements(sql).map(({ text }) => text)).toEqual([sql]);
    },
  );

  test('a parameter of a function is not the start of a dollar quote', () => {
    const statements = splitStatements('select $1; select $2;');

    expect(statements).toHaveLength(2);
  });

  test('a long statement is split in no time', () => {
    const text = `select '${"''x;".repeat(100_000)}', E'${"\\';".repeat(100_000)}'`;

    const statements = splitStatements(`${text};select 2`);

    expect(statements.map(statement => statement.text.length)).toEqual([text.length, 8]);
  });
});

describe('what the Data API would take for a parameter', () => {
  test.each([
    ['in a statement', 'select 1,\n  :name', { text: ':name', line: 2 }],
    ['in the body of a function', 'do $$\nbegin\n  x := :y;\nend $$', { text: ':y', line: 3 }],
    ['in a slice of an array', 'select a[1:2]', { text: ':2', line: 1 }],
    ['after a nested comment', '/* a /* b */ c */ select :d', { text: ':d', line: 1 }],
  ])('is found %s', (_, sql, placeholder) => {
    expect(findPlaceholder(sql)).toEqual(placeholder);
  });

  test.each([
    ['a cast', 'select a::text'],
    ['an assignment', 'do $$ begin a := 1; b :=c; end $$'],
    ['a text', "select 'HH24:MI:SS', 'it''s :so'"],
    ['a text with escapes', "select E'it\\'s :so'"],
    ['an identifier', 'select 1 as "a:b"'],
    ['comments', '-- :a\n/* :b /* :c */ :d */ select 1'],
  ])('is not %s', (_, sql) => {
    expect(findPlaceholder(sql)).toBeUndefined();
  });
});

describe('the migrations', () => {
  test('have none of it', () => {
    const found = readOwnMigrations().flatMap(({ name, sql }) => {
      const placeholder = findPlaceholder(sql);
      return placeholder ? [`${name}, line ${placeholder.line}: ${placeholder.text}`] : [];
    });

    expect(found).toEqual([]);
  });

  test('are numbered from 1, and each holds a statement', () => {
    const migrations = readOwnMigrations();

    const numbers = migrations.filter(({ repeatable }) => !repeatable).map(({ name }) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(migrations.filter(({ sql }) => splitStatements(sql).length === 0)).toEqual([]);
  });
});
