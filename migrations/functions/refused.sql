-- Why nothing was changed: the row that takes the place of an answer.
create or replace function refused(code text, details jsonb default '{}') returns jsonb
language sql immutable as $$
  select jsonb_build_object('row', 'refused', 'code', code) || details
$$;
