-- For each of these services that is one of the targets, or depends on one by any way: the shortest path there, both ends included;
-- of equally short ones always the same. Visits each service once for each distance, however many paths there are, and goes no
-- further than fifty steps.
create or replace function dependency_paths(origins text[], targets text[]) returns table (origin text, target text, path text[])
language sql stable as $$
  with recursive reached (origin, name, distance, via) as (
    select o collate "C", o collate "C", 0, null::text collate "C" from unnest(origins) o
    union all
    select step.origin, step.dep, step.distance, step.name from (
      select distinct on (r.origin, dep) r.origin, dep collate "C" as dep, r.distance + 1 as distance, r.name
        from reached r join services s on s.name = r.name cross join lateral unnest(s.deps) dep
        where r.distance < 50
        order by r.origin, dep, r.name
    ) step
  ), nearest as materialized (
    select distinct on (r.origin, r.name) r.origin, r.name, r.via from reached r order by r.origin, r.name, r.distance
  ), walked (origin, target, via, path) as (
    select n.origin, n.name, n.via, array[n.name::text] from nearest n where n.name = any (targets)
    union all
    select w.origin, w.target, n.via, n.name::text || w.path from walked w join nearest n on n.origin = w.origin and n.name = w.via
  )
  select w.origin, w.target, w.path from walked w where w.via is null
$$;
