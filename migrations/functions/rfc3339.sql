-- The Data API drops the offset of a time, so times leave as text. Milliseconds, UTC.
create or replace function rfc3339(at timestamptz) returns text
language sql stable as $$
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24":"MI":"SS.MS"Z"')
$$;
