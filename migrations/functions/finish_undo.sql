-- args: {deployID, generation, revision, batch}: closes a batch whose touched instances are back, or failed to come back. Answers the facts.
create or replace function finish_undo(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := locked_deployment(args, 'rollingBack');
begin
  update deploy_batches set state = 'undone', undo_end_time = clock_timestamp()
    where deploy_id = d.id and index = (args ->> 'batch')::integer and state = 'undoing' and undo_done + undo_failed >= undo_size;
  if found then
    update deploy_tasks set revision = revision + 1, faults_in_a_row = 0 where id = d.id;
    perform add_event(d.id, 'batchUndone', system_actor(), batch => (args ->> 'batch')::integer);
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
