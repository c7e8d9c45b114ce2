-- For each of these services that is one of the targets, or depends on one by any way: the shortest path there, both ends included;
-- of equally short ones the first by name. Looks from whichever are fewer: one alert meets many releases, and many alerts meet one.
-- Visits each service once for each distance, however many paths there are, and goes no further than fifty steps.
create or replace function dependency_paths(origins text[], targets text[]) returns table (origin text, target text, path text[])
language sql stable as $$
  with recursive way as (
    select cardinality(origins) <= cardinality(targets) as is_forward
  ), edges (here, there) as materialized (
    select case when is_forward then s.name else dep end collate "C", case when is_forward then dep else s.name end collate "C"
      from way, services s, unnest(s.deps) dep
  ), reached (start, here, path, place) as (
    select o collate "C", o collate "C", array[o] collate "C", 1::bigint from way, unnest(case when is_forward then origins else targets end) o
    union all
    -- The place of a path among those as long, in alphabetical order: cheaper to compare than the paths are.
    select step.start, step.there, step.path,
        row_number() over (partition by step.start order by case when step.is_forward then step.place end, step.there)
      from (
        select distinct on (r.start, e.there) r.start, e.there, r.place, is_forward,
            case when is_forward then r.path || e.there::text else e.there::text || r.path end as path
          from reached r join edges e using (here) cross join way
          where cardinality(r.path) <= 50
          order by r.start, e.there, r.place
      ) step
  )
  select distinct on (r.start, r.here) case when is_forward then r.start else r.here end, case when is_forward then r.here else r.start end, r.path
    from reached r, way
    where r.here = any (case when is_forward then targets else origins end)
    order by r.start, r.here, cardinality(r.path)
$$;
