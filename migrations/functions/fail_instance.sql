-- Counts a told instance as failed. Answers the token of the wait that this ends.
create or replace function fail_instance(d deploy_tasks, b deploy_batches, di deploy_instances, why text) returns jsonb
language plpgsql as $$
begin
  update deploy_instances set state = 'failed', due = null, message = left(why, 2000)
    where deploy_id = d.id and instance_id = di.instance_id;
  update deploy_batches set done = done - case di.state when 'updated' then 1 else 0 end
    where deploy_id = d.id and index = b.index;
  perform count_failure(d, b.index, di.instance_id, 'failed', why);
  if d.status <> 'deploying' then
    return '[]';
  end if;
  -- Any failure may be one too many; the task after the wait decides.
  return settle_wait(d.id);
end
$$;
