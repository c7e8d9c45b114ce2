-- args: {started, unseenSeconds?}: notes that the control plane is up, and answers what may have been left lying: {row: open, deployID, generation, status}
-- for deployments that must have a living execution, {row: signals, signals} for waits that ended a second ago or more and
-- whose token was not sent, {row: unpublished, changes}; and {row: state} as it was found, with the failedDeployments since the last
-- time, and whether it is time to prune. With started, it begins to be up, so no silence before this moment counts.
create or replace function reconcile(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  is_start boolean := (args ->> 'started')::boolean;
  state jsonb;
  seen control_plane;
  is_prune_due boolean;
begin
  select * into seen from control_plane for no key update;
  perform count_reports(seen, is_start);
  is_prune_due := seen.prune_time < now() - interval '5 minutes';
  state := system_state() || jsonb_build_object('failedDeployments', count_verdicts(seen), 'isPruneDue', is_prune_due);
  update control_plane
    set up_since = case when is_start then now() else alive_since() end, alive_time = now(),
      prune_time = case when is_prune_due then now() else prune_time end,
      unseen_for = coalesce(make_interval(secs => (args ->> 'unseenSeconds')::double precision), unseen_for);
  return next state;
  return query
    select jsonb_build_object('row', 'open', 'deployID', id, 'generation', generation, 'status', status)
      from deploy_tasks
      where status in ('deploying', 'paused', 'rollingBack')
        -- Those that are due before anybody surely looks again.
        or (status = 'scheduled' and (is_start or schedule_time <= now() + (select unseen_for from control_plane)))
      order by create_time;
  return query
    select jsonb_build_object('row', 'signals', 'signals', unsent_signals(deploy_id))
      from (select distinct deploy_id from deploy_waits where settle_time is not null and token is not null) w;
  return query select left_unpublished();
end
$$;
