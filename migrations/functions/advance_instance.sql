-- Tells an instance what its batch has begun to run, and counts what it reports: locks the deployment, the batch and the instance, in
-- this order, and only then looks. Answers the tokens of the wait that this ended.
create or replace function advance_instance(args jsonb, deployment text, instance text, batch_index integer) returns jsonb
language plpgsql as $$
declare
  d deploy_tasks;
  b deploy_batches;
  i service_instances;
  di deploy_instances;
  in_error boolean := coalesce(args ->> 'health' = 'error', false);
  failed_here boolean := coalesce(args ->> 'outcome' = 'failed' and args ->> 'deployID' = deployment, false);
begin
  -- Not shared: those who share a row let each other pass before a command that waits for it, for as long as reports keep coming.
  -- The batch's lock makes them come one after the other anyway.
  select * into d from deploy_tasks where id = deployment for no key update;
  select * into b from deploy_batches where deploy_id = d.id and index = batch_index for update;
  select * into di from deploy_instances where deploy_id = d.id and instance_id = instance for update;
  select * into i from service_instances where id = instance for update;
  if di.deploy_id is null or i.id is null then
    return '[]';
  elsif d.status = 'rollingBack' then
    return advance_undo(args, d, b, di, i, failed_here);
  elsif d.status not in ('deploying', 'paused') then
    return '[]';
  end if;
  if d.status = 'deploying' and b.state <> 'pending' and di.told_time is null then
    update deploy_instances
      set told_time = clock_timestamp(), state = case di.state when 'pending' then 'told' else di.state end,
        due = case di.state when 'pending'
          then release_clock(d) + make_interval(secs => (d.strategy ->> 'batchTimeoutSeconds')::double precision) end
      where deploy_id = d.id and instance_id = instance returning * into di;
  end if;
  if is_older_report(args, i) or di.told_time is null then
    return '[]';
  elsif failed_here and di.state in ('told', 'settling', 'updated') then
    return fail_instance(d, b, di, coalesce(args ->> 'message', 'reported that it failed'));
  elsif args ->> 'version' is distinct from d.version then
    return '[]';
  elsif in_error and di.state in ('told', 'settling', 'updated') then
    return settle_instance(d, b, di, args ->> 'message');
  elsif not in_error and di.state in ('told', 'settling') then
    update deploy_instances
      set state = 'updated', due = null, message = null, target_time = coalesce(target_time, release_clock(d)),
        update_time = coalesce(update_time, clock_timestamp())
      where deploy_id = d.id and instance_id = instance;
    update deploy_batches set done = done + 1 where deploy_id = d.id and index = b.index returning * into b;
    return end_wait_of_batch(d, b);
  end if;
  return '[]';
end
$$;
