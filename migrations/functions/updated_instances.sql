-- args: {deployID, after?}: the instances of a deployment that were seen on its target, those that have left included, by id after that
-- one, as many as fit one answer. Answers {row: instances, count, instances: [[id, update time in seconds since the epoch, has left]]} in
-- parts, where count is that of all that there are after it.
create or replace function updated_instances(args jsonb) returns setof jsonb
language sql stable as $$
  with known as (
    select instance_id as id, extract(epoch from update_time)::double precision as time, false as has_left
      from deploy_instances where deploy_id = args ->> 'deployID' and update_time is not null
    union all
    select e.instance_id, max((e.details ->> 'updateTime')::double precision), true
      from deploy_events e
      where e.deploy_id = args ->> 'deployID' and e.type = 'instanceLeft' and e.details ? 'updateTime'
        -- One that came back is what it is now.
        and not exists (select from deploy_instances i where i.deploy_id = e.deploy_id and i.instance_id = e.instance_id)
      group by e.instance_id
  ), ordered as (
    select id, time, has_left, count(*) over () as count, row_number() over (order by id collate "C") - 1 as place,
        sum(octet_length(id) + 35) over (order by id collate "C") as size
      from known where args -> 'after' is null or id collate "C" > args ->> 'after'
  )
  select jsonb_build_object('row', 'instances', 'count', max(count),
      'instances', jsonb_agg(jsonb_build_array(id, time, has_left) order by place))
    from ordered where size <= 400000
    group by place / 200 order by place / 200
$$;
