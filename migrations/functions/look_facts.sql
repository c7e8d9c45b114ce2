-- args: {deployID, generation}: all that a look needs which is due. Answers nothing where none is, else {row: look, …}, {row: settings,
-- settings}, and the first of what updated_instances and stored_samples answer. Times are seconds since the epoch.
create or replace function look_facts(args jsonb) returns setof jsonb
language plpgsql stable as $$
declare
  d deploy_tasks;
  b deploy_batches;
  a deploy_analyses;
  since integer;
begin
  select * into d from deploy_tasks
    where id = args ->> 'deployID' and generation = (args ->> 'generation')::integer and status = 'deploying';
  select * into b from deploy_batches where deploy_id = d.id and index = d.current_batch and state = 'baking';
  select * into a from deploy_analyses where deploy_id = b.deploy_id and due <= release_clock(d);
  if a.deploy_id is null then
    return;
  end if;
  -- As much as a function has memory and time for: of longer releases of large fleets the past, and the end.
  since := a.stored - greatest(10, 150000 / greatest(1, d.total));
  return next jsonb_build_object('row', 'look', 'number', a.looks, 'batch', b.index, 'service', d.service, 'version', d.version,
    'policy', d.analysis, 'total', d.total, 'startTime', extract(epoch from d.start_time)::double precision,
    'bakeTime', extract(epoch from b.end_time)::double precision, 'isLast', b.bake_due <= release_clock(d),
    'endTime', extract(epoch from b.bake_due + d.paused_for)::double precision,
    'now', extract(epoch from now())::double precision, 'stored', a.stored, 'tally', a.tally, 'since', since,
    'samples', (select count(*) from deploy_samples s where s.deploy_id = d.id and (s.look < 0 or s.look > since)));
  return query
    select jsonb_build_object('row', 'settings', 'settings', settings) from services where id = d.service_id;
  return query select updated_instances(jsonb_build_object('deployID', d.id));
  return query select stored_samples(jsonb_build_object('deployID', d.id, 'since', since));
end
$$;
