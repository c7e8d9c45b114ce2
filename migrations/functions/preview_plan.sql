-- args: {service, batches: [{size}]}: the batches that a deployment started now would have.
create or replace function preview_plan(args jsonb) returns setof jsonb
language sql stable as $$
  with batches as (
    select (ordinality - 1)::integer as index, (batch ->> 'size')::integer as size,
        sum((batch ->> 'size')::integer) over (order by ordinality) as upto
      from jsonb_array_elements(args -> 'batches') with ordinality as given (batch, ordinality)
  ), planned as (
    select o.* from services s, planned_order(s.id) o where s.name = args ->> 'service'
  )
  select jsonb_build_object('row', 'batch', 'index', b.index, 'size', b.size, 'state', 'pending', 'done', 0, 'failed', 0,
      'instances', (
        select coalesce(jsonb_agg(p.instance_id order by p.place_in_plan), '[]') from planned p
          where p.place_in_plan > b.upto - b.size and p.place_in_plan <= least(b.upto, b.upto - b.size + 50)))
    from batches b order by b.index
$$;
