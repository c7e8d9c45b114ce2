-- args: {deployID, generation, revision}: the instances of the batch under way (or being undone) whose time is over count as
-- failed, however many they are. Answers the facts.
create or replace function fail_overdue(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
  b deploy_batches;
  is_undo boolean;
  late_ones integer;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID';
  d := locked_deployment(args, d.status);
  is_undo := d.status = 'rollingBack';
  select * into b from deploy_batches where deploy_id = d.id and state in ('deploying', 'baking', 'undoing')
      and is_undo = (state = 'undoing') for update;
  if found and d.status in ('deploying', 'rollingBack') then
    -- One by one they would each rewrite the deployment's row, whose versions every later one had to read past.
    with late as (
      update deploy_instances
        set state = case when is_undo then 'undoFailed' else 'failed' end, due = null, message = case state
          when 'settling' then coalesce(message, 'still in error after the grace period')
          when 'pending' then 'has not reported in time'
          else 'did not report the version in time'
        end
        where deploy_id = d.id and batch = b.index and due <= release_clock(d)
          and state = any (case when is_undo then array['undoing'] else array['pending', 'told', 'settling'] end)
        returning instance_id, position, message
    ), recorded as (
      insert into deploy_events (deploy_id, type, actor, batch, instance_id, reason)
        select d.id, case when is_undo then 'instanceNotReturned' else 'instanceFailed' end, system_actor(), b.index, instance_id, message
          from late order by position
    )
    select count(*) into late_ones from late;
    update deploy_batches
      set failed = failed + case when is_undo then 0 else late_ones end, undo_failed = undo_failed + case when is_undo then late_ones else 0 end
      where deploy_id = d.id and index = b.index;
    update deploy_tasks
      set failures = failures + case when is_undo then 0 else late_ones end, revision = revision + 1
      where id = d.id and late_ones > 0;
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
