-- args: {deployID, generation}: all that a look needs which is due. Answers nothing where none is, else {row: look, …}, {row: settings, settings}, {row: instances,
-- instances: [[id, update time | null]]} in parts, and the first of the samples. Times are seconds since the epoch.
create or replace function look_facts(args jsonb) returns setof jsonb
language plpgsql stable as $$
declare
  d deploy_tasks;
  b deploy_batches;
  a deploy_analyses;
begin
  select * into d from deploy_tasks
    where id = args ->> 'deployID' and generation = (args ->> 'generation')::integer and status = 'deploying';
  select * into b from deploy_batches where deploy_id = d.id and index = d.current_batch and state = 'baking';
  select * into a from deploy_analyses where deploy_id = b.deploy_id and due <= release_clock(d);
  if a.deploy_id is null then
    return;
  end if;
  return next jsonb_build_object('row', 'look', 'number', a.looks, 'batch', b.index, 'service', d.service, 'version', d.version,
    'policy', d.analysis,
    'bakeTime', extract(epoch from b.end_time)::double precision, 'startTime', extract(epoch from d.start_time)::double precision, 'now', extract(epoch from now())::double precision,
    'stored', a.stored, 'tally', a.tally, 'samples', (select count(*) from deploy_samples where deploy_id = d.id));
  return query
    select jsonb_build_object('row', 'settings', 'settings', settings) from services where id = d.service_id;
  return query
    select jsonb_build_object('row', 'instances', 'instances',
        jsonb_agg(jsonb_build_array(i.instance_id, i.update_time) order by i.place))
      from (
        select known.*, row_number() over () as place from (
          select instance_id, extract(epoch from update_time)::double precision as update_time
            from deploy_instances where deploy_id = d.id
          union all
          -- Those that have left were updated all the same.
          select instance_id, (details ->> 'updateTime')::double precision
            from deploy_events where deploy_id = d.id and type = 'instanceLeft' and details ? 'updateTime'
        ) known
      ) i
      group by (i.place - 1) / 200 order by (i.place - 1) / 200;
  return query select stored_samples(jsonb_build_object('deployID', d.id));
end
$$;
