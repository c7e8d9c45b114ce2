-- args: {deployID, generation, step, token, entered, retry}: begins to undo the last batch that is not undone yet, or comes back to the one
-- being undone, and waits for its end. Answers {row: wait, over}.
create or replace function begin_undo(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := waiting_deployment(args, 'rollingBack');
  b deploy_batches;
  touched integer;
  back integer;
begin
  select * into b from deploy_batches
    where deploy_id = d.id and state not in ('pending', 'undone') order by state = 'undoing' desc, index desc limit 1 for update;
  if not found then
    return next jsonb_build_object('row', 'wait', 'over', true);
    return;
  end if;
  if b.state <> 'undoing' then
    -- One that had no version before has nothing to go back to. From now on target_time says who had been done.
    update deploy_instances di
      set state = case when di.previous_version is null then 'undone' else 'undoing' end, told_back_time = null, message = null,
        target_time = case di.state when 'updated' then coalesce(di.target_time, release_clock(d)) when 'undoFailed' then di.target_time end,
        due = release_clock(d) + make_interval(secs => i.report_after_seconds + (d.strategy ->> 'batchTimeoutSeconds')::double precision)
      from service_instances i
      where di.deploy_id = d.id and di.batch = b.index and di.told_time is not null and di.state <> 'undone' and i.id = di.instance_id;
    select count(*), count(*) filter (where state = 'undone') into touched, back
      from deploy_instances where deploy_id = d.id and batch = b.index and told_time is not null;
    update deploy_batches
      set state = 'undoing', undo_begin_time = clock_timestamp(), undo_size = touched, undo_done = back, undo_failed = 0
      where deploy_id = d.id and index = b.index returning * into b;
    update deploy_tasks set revision = revision + 1 where id = d.id;
    perform add_event(d.id, 'undoBegun', system_actor(), batch => b.index, reason => format('%s instances', touched));
  end if;
  return next enter_wait(args, 'undo', b.index, b.undo_done + b.undo_failed >= b.undo_size,
    (select min(due) from deploy_instances where deploy_id = d.id and batch = b.index and state = 'undoing'));
end
$$;
