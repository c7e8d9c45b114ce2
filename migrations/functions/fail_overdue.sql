-- args: {deployID, generation, revision}: the instances of the batch under way (or being undone) whose time is over count as
-- failed. Answers the facts.
create or replace function fail_overdue(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
  b deploy_batches;
  late record;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID';
  d := locked_deployment(args, d.status);
  select * into b from deploy_batches where deploy_id = d.id and state in ('deploying', 'baking', 'undoing')
      and (d.status = 'rollingBack') = (state = 'undoing') for update;
  if found and d.status in ('deploying', 'rollingBack') then
    for late in
      update deploy_instances i
        set state = case when was.state = 'undoing' then 'undoFailed' else 'failed' end, due = null, message = case was.state
          when 'settling' then coalesce(i.message, 'still in error after the grace period')
          when 'pending' then 'has not reported in time'
          else 'did not report the version in time'
        end
        from (
          select instance_id, state from deploy_instances
            where deploy_id = d.id and batch = b.index and state in ('pending', 'told', 'settling', 'undoing') and due <= release_clock(d)
            for update
        ) was
        where i.deploy_id = d.id and i.instance_id = was.instance_id
        returning i.instance_id, i.state, i.message
    loop
      perform count_failure(d, b.index, late.instance_id, late.state, late.message);
    end loop;
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
