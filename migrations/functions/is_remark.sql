-- What somebody reports of a service without saying that it fails: kept on record, and acted on by no release.
create or replace function is_remark(source text, health text) returns boolean
language sql immutable as $$
  select source = 'state' and health = 'warning'
$$;
