-- Ends the wait for a batch whose instances are all done or failed, and whose bake, where it is in it, is past its time. Answers
-- its token as settle_wait does.
create or replace function end_wait_of_batch(d deploy_tasks, b deploy_batches) returns jsonb
language plpgsql as $$
begin
  if d.status = 'deploying' and b.done + b.failed >= b.size
        and (b.state = 'deploying' or b.state = 'baking' and b.bake_due <= release_clock(d))
      or d.status = 'rollingBack' and b.state = 'undoing' and b.undo_done + b.undo_failed >= b.undo_size then
    return settle_wait(d.id);
  end if;
  return '[]';
end
$$;
