-- For each of these services that is one of the targets, or depends on one by any way: the shortest path there, both ends included;
-- of equally short ones always the same. Goes back from the targets, which are few, while the origins may be all services at once.
-- Visits each service once for each distance, however many paths there are, and goes no further than fifty steps.
create or replace function dependency_paths(origins text[], targets text[]) returns table (origin text, target text, path text[])
language sql stable as $$
  with recursive edges as materialized (
    select s.name, dep collate "C" as dep from services s cross join lateral unnest(s.deps) dep
  ), reached (origin, target, path) as (
    select t collate "C", t collate "C", array[t] from unnest(targets) t
    union all
    select step.origin, step.target, step.path from (
      select distinct on (r.target, e.name) e.name as origin, r.target, e.name::text || r.path as path
        from reached r join edges e on e.dep = r.origin
        where cardinality(r.path) <= 50
        order by r.target, e.name, r.origin
    ) step
  )
  select distinct on (r.target, r.origin) r.origin, r.target, r.path from reached r
    where r.origin = any (origins)
    order by r.target, r.origin, cardinality(r.path)
$$;
