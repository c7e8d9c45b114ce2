-- Tells an instance whose batch is being undone its previous version, and counts it as back, or as failed to come back. The
-- caller has locked all four rows. Answers the tokens of the wait that this ended.
create or replace function advance_undo(
  args jsonb, d deploy_tasks, b deploy_batches, di deploy_instances, i service_instances, failed_here boolean
) returns jsonb
language plpgsql as $$
declare
  is_back boolean := (args ->> 'version') is not distinct from di.previous_version and not is_older_report(args, i);
begin
  if di.state = 'undoFailed' and is_back then
    update deploy_instances set state = 'undone', message = null where deploy_id = d.id and instance_id = i.id;
    update deploy_batches set undo_done = undo_done + 1, undo_failed = undo_failed - 1 where deploy_id = d.id and index = b.index;
  elsif di.state = 'undoing' and is_back then
    update deploy_instances set state = 'undone', due = null, told_back_time = coalesce(told_back_time, clock_timestamp()), message = null
      where deploy_id = d.id and instance_id = i.id;
    update deploy_batches set undo_done = undo_done + 1 where deploy_id = d.id and index = b.index returning * into b;
    return end_wait_of_batch(d, b);
  elsif di.state = 'undoing' and di.told_back_time is null then
    update deploy_instances
      set told_back_time = clock_timestamp(),
        due = release_clock(d) + make_interval(secs => (d.strategy ->> 'batchTimeoutSeconds')::double precision)
      where deploy_id = d.id and instance_id = i.id;
  elsif di.state = 'undoing' and failed_here and not is_older_report(args, i) then
    update deploy_instances set state = 'undoFailed', due = null, message = left(args ->> 'message', 2000)
      where deploy_id = d.id and instance_id = i.id;
    perform count_failure(d, b.index, i.id, 'undoFailed', coalesce(args ->> 'message', 'reported that it failed'));
    select * into b from deploy_batches where deploy_id = d.id and index = b.index;
    return end_wait_of_batch(d, b);
  end if;
  return '[]';
end
$$;
