-- args: {deployID, generation, revision, batches: [{size, bakeSeconds, gate}]}: turns the fleet into these batches, once. Changes
-- nothing when the facts that they were made from no longer stand. Answers the deployment's rows and {row: instances, count}.
create or replace function plan_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
  s services;
  held bigint;
  fleet_size bigint;
begin
  select t.* into d from deploy_tasks t where t.id = args ->> 'deployID';
  perform from services where id = d.service_id for no key update;
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  if not found or d.generation <> (args ->> 'generation')::integer or d.revision <> (args ->> 'revision')::bigint
      or d.planned or d.status <> 'deploying' then
    return query select deployment_rows(args ->> 'deployID');
    return;
  end if;
  select * into s from services where id = d.service_id;
  insert into deploy_batches (deploy_id, index, size, bake_seconds, gate)
    select d.id, ordinality - 1, (batch ->> 'size')::integer, (batch ->> 'bakeSeconds')::double precision, (batch ->> 'gate')::boolean
      from jsonb_array_elements(args -> 'batches') with ordinality as given (batch, ordinality);
  -- Who is in it is looked at once: however long this takes, instances that join meanwhile do not make it void.
  with fleet as materialized (
    select * from planned_order(d.service_id)
  ), placed as (
    insert into deploy_instances (deploy_id, instance_id, batch, position, previous_version, state, update_time)
      select d.id, f.instance_id, p.batch, f.place_in_plan, coalesce(s.current_version, i.version),
          case when i.version = d.version and i.health <> 'error' then 'updated' else 'pending' end,
          case when i.version = d.version then timestamptz 'epoch' end
        from fleet f
        join planned_places(args -> 'batches') p on p.place_in_plan = f.place_in_plan
        join service_instances i on i.id = f.instance_id
      returning instance_id
  )
  select (select count(*) from placed), (select count(*) from fleet) into held, fleet_size;
  if held <> fleet_size or held <> (select coalesce(sum(size), 0) from deploy_batches where deploy_id = d.id) then
    -- The fleet has changed since it was counted.
    delete from deploy_instances where deploy_id = d.id;
    delete from deploy_batches where deploy_id = d.id;
    return next jsonb_build_object('row', 'instances', 'count', plannable_count(d.service_id));
    return query select deployment_rows(d.id);
    return;
  end if;
  update deploy_batches b set done = ready.count
    from (select batch, count(*) from deploy_instances where deploy_id = d.id and state = 'updated' group by batch) ready
    where b.deploy_id = d.id and b.index = ready.batch;
  update deploy_tasks set planned = true, total = held, revision = revision + 1 where id = d.id;
  perform add_event(d.id, 'planned', system_actor(),
    reason => format('%s instances in %s batches', held, jsonb_array_length(args -> 'batches')));
  return query select deployment_rows(d.id);
end
$$;
