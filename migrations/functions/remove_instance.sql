-- Takes an instance out of the catalogue, and out of the plan of the deployment that governs its service. Answers the tokens of
-- the wait that this ended: it may have been the last one that its batch waited for. `by` and `why` go into the record.
create or replace function remove_instance(instance text, of_service bigint, by jsonb, why text) returns jsonb
language plpgsql as $$
declare
  governing text;
  d deploy_tasks;
  di deploy_instances;
  b deploy_batches;
  is_in_undo boolean;
  was_done integer;
begin
  -- The service first: a deployment that begins to govern it in this moment plans without this instance, or is seen here.
  select governing_deploy_id into governing from services where id = of_service for no key update;
  select * into d from deploy_tasks where id = governing for update;
  select * into b from deploy_batches where deploy_id = d.id
    and index = (select batch from deploy_instances where deploy_id = d.id and instance_id = instance) for update;
  delete from deploy_instances where deploy_id = d.id and instance_id = instance returning * into di;
  delete from service_instances where id = instance and service_id = of_service;
  if di.deploy_id is null then
    return '[]';
  end if;
  is_in_undo := di.state in ('undoing', 'undone', 'undoFailed');
  was_done := (di.state = 'updated' or is_in_undo and di.target_time is not null)::integer;
  -- Nobody knows any more which ones had failed before the undo; their count stays one that the batch can hold.
  update deploy_batches
    set size = size - 1, done = done - was_done,
      failed = case when is_in_undo then least(failed, size - 1 - (done - was_done)) else failed - (di.state = 'failed')::integer end,
      undo_size = undo_size - is_in_undo::integer,
      undo_done = undo_done - case di.state when 'undone' then 1 else 0 end,
      undo_failed = undo_failed - case di.state when 'undoFailed' then 1 else 0 end
    where deploy_id = d.id and index = b.index returning * into b;
  update deploy_tasks set total = total - 1 where id = d.id;
  -- What it counted goes on to count, as of the version that it ran.
  perform add_event(d.id, 'instanceLeft', by, batch => b.index, instance_id => instance, reason => why, details => case
    when di.update_time is not null then jsonb_build_object('updateTime', extract(epoch from di.update_time)::double precision) end);
  return end_wait_of_batch(d, b);
end
$$;
