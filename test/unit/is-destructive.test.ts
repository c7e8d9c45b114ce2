import { expect, test } from 'vitest';
import { isDestructive } from '../../functions/platform/migrations/is-destructive.ts';
import { readStatements } from '../../functions/platform/migrations/read-statements.ts';
import { readOwnMigrations } from '../../infra/migrations.ts';

test.each([
  'drop table a',
  'DROP TABLE IF EXISTS a, b',
  'drop schema old cascade',
  'drop materialized view m',
  'drop type t',
  'drop extension x',
  'drop function f cascade',
  'truncate a',
  'truncate table only a',
  'alter table a drop column b',
  'alter table only a drop b',
  'alter table a add column c int, drop constraint k, drop column b',
  'alter table a alter column b type bigint using b::bigint',
  'alter table a alter b set data type text',
  'alter table a rename column b to c',
  'alter table a rename to b',
  'alter type t drop attribute b',
  'delete from a',
  'with gone as (delete from a returning id) insert into b select id from gone',
  'alter table "drop constraint" drop column b',
  '/* where */ delete from a -- where',
  "do $$ begin execute 'drop table a'; end $$",
  'do $$ begin delete from a; update b set c = 1 where d; end $$',
])('takes something away: %s', statement => {
  expect(isDestructive(statement)).toBe(true);
});

test.each([
  'create table a (b int references c on delete cascade)',
  'alter table a drop constraint k, add constraint k foreign key (b) references c on delete cascade',
  'alter table a alter column b drop not null, alter c drop default',
  'alter table a add column type text',
  'alter table a alter column b set default 1',
  'create trigger t after delete or truncate on a execute function f()',
  'grant select, delete, truncate on a to reader',
  'drop index i',
  'drop view v',
  'drop function f(int)',
  'delete from a where b is null',
  'update a set b = 0',
  "insert into a values ('drop table a'), (E'it\\'s delete from a')",
  'comment on table a is $$never truncated$$',
  'create or replace function f() returns void language sql as $$ delete from a $$',
  'create function f() returns void language plpgsql as $$ begin drop table a; end $$',
  'do $$ begin /* drop table a */ perform 1; -- delete from a\n end $$',
])('takes nothing away: %s', statement => {
  expect(isDestructive(statement)).toBe(false);
});

test('is what the migrations of this repository say of themselves', () => {
  const destructive = readOwnMigrations()
    .flatMap(file => readStatements(file).map(statement => ({ name: file.name, ...statement })))
    .filter(({ text }) => isDestructive(text));

  expect(destructive).toEqual([]);
});
