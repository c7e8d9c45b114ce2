-- args: {deployID, generation, step, token, entered, retry}: begins the next batch, or comes back to the one that was begun, and
-- waits for its end. Answers {row: wait, over}.
create or replace function begin_batch(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := waiting_deployment(args, 'deploying');
  b deploy_batches;
begin
  select * into b from deploy_batches
    where deploy_id = d.id and index >= d.current_batch and state in ('pending', 'deploying') order by index limit 1 for update;
  if not found then
    return next jsonb_build_object('row', 'wait', 'over', true);
    return;
  end if;
  if b.state = 'pending' then
    -- Who had the version when the plan was made has been told the previous one since, and may have gone back to it.
    with gone_back as (
      update deploy_instances di set state = 'pending', update_time = case when i.version = d.version then update_time end
        from service_instances i
        where di.deploy_id = d.id and di.batch = b.index and di.state = 'updated' and i.id = di.instance_id
          and (i.version is distinct from d.version or i.health = 'error')
        returning di.instance_id
    )
    update deploy_batches set done = done - (select count(*) from gone_back) where deploy_id = d.id and index = b.index returning * into b;
    update deploy_instances di
      set due = release_clock(d) + make_interval(secs => i.report_after_seconds + (d.strategy ->> 'batchTimeoutSeconds')::double precision)
      from service_instances i
      where di.deploy_id = d.id and di.batch = b.index and di.state = 'pending' and i.id = di.instance_id;
    update deploy_batches set state = 'deploying', begin_time = clock_timestamp() where deploy_id = d.id and index = b.index;
    update deploy_tasks set current_batch = b.index, revision = revision + 1 where id = d.id;
    perform add_event(d.id, 'batchBegun', system_actor(), batch => b.index, reason => format('%s instances', b.size));
  end if;
  return next enter_wait(args, 'batch', b.index, b.done + b.failed >= b.size,
    (select min(due) from deploy_instances where deploy_id = d.id and batch = b.index and state in ('pending', 'told', 'settling')));
end
$$;
