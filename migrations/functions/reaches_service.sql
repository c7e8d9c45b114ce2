-- Whether one service is another, or depends on it by any path. Visits each service once.
create or replace function reaches_service(from_name text, to_name text) returns boolean
language sql stable as $$
  with recursive reached (name) as (
    select from_name
    union
    select dep from reached r join services s on s.name = r.name cross join lateral unnest(s.deps) dep where r.name <> to_name
  )
  select exists (select from reached where name = to_name)
$$;
