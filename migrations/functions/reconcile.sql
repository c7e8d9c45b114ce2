-- args: {started}: notes that the control plane is up, and answers what may have been left lying: {row: open, deployID, generation, status}
-- for deployments that must have a living execution, {row: signals, signals} for waits that ended a second ago or more and
-- whose token was not sent, {row: unpublished, changes}. With started, it begins to be up, so no silence before this moment counts.
create or replace function reconcile(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
begin
  update control_plane
    set up_since = case when (args ->> 'started')::boolean then now() else alive_since() end, alive_time = now();
  return query
    select jsonb_build_object('row', 'open', 'deployID', id, 'generation', generation, 'status', status)
      from deploy_tasks
      where status in ('deploying', 'paused', 'rollingBack')
        or (status = 'scheduled' and ((args ->> 'started')::boolean or schedule_time <= now() + interval '1 minute'))
      order by create_time;
  return query
    select jsonb_build_object('row', 'signals', 'signals', unsent_signals(deploy_id))
      from (select distinct deploy_id from deploy_waits where settle_time is not null and token is not null) w;
  return query select left_unpublished();
end
$$;
