-- Counts one instance as failed, in a batch and a deployment that its caller has locked; the instance's own row is written already.
create or replace function count_failure(d deploy_tasks, batch_index integer, instance text, new_state text, why text) returns void
language plpgsql as $$
begin
  if new_state = 'undoFailed' then
    update deploy_batches set undo_failed = undo_failed + 1 where deploy_id = d.id and index = batch_index;
  else
    update deploy_batches set failed = failed + 1 where deploy_id = d.id and index = batch_index;
    update deploy_tasks set failures = failures + 1 where id = d.id;
  end if;
  update deploy_tasks set revision = revision + 1 where id = d.id;
  perform add_event(d.id, case when new_state = 'undoFailed' then 'instanceNotReturned' else 'instanceFailed' end,
    system_actor(), batch => batch_index, instance_id => instance, reason => why);
end
$$;
