-- args: {service, batches: [{size, bakeSeconds}]}: the batches that a deployment started now would have.
create or replace function preview_plan(args jsonb) returns setof jsonb
language sql stable as $$
  with shown as (
    select p.batch, jsonb_agg(o.instance_id order by p.place_in_plan) as instances
      from services s
      cross join planned_order(s.id) o
      join planned_places(args -> 'batches') p on p.place_in_plan = o.place_in_plan and p.place_in_batch <= 50
      where s.name = args ->> 'service'
      group by p.batch
  ), rows as (
    select (ordinality - 1)::integer as index, jsonb_build_object('row', 'batch', 'index', ordinality - 1, 'size', given.batch -> 'size',
        'bakeSeconds', given.batch -> 'bakeSeconds', 'state', 'pending', 'done', 0, 'failed', 0, 'instances', coalesce(shown.instances, '[]')) as row
      from jsonb_array_elements(args -> 'batches') with ordinality as given (batch, ordinality)
      left join shown on shown.batch = ordinality - 1
  )
  select bounded.row from bounded_plan((select jsonb_agg(rows.row order by index) from rows)) bounded
$$;
