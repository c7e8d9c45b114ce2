-- How the control plane does. Signals and changes count when those who should have sent them at once surely have not. A
-- lag is that of the reconciler's run before this moment.
create or replace function system_state() returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'row', 'state', 'time', rfc3339(now()),
    'reconcileTime', rfc3339(c.alive_time), 'lagSeconds', extract(epoch from now() - c.alive_time)::double precision,
    'unseenSeconds', extract(epoch from c.unseen_for)::double precision, 'reportsPerSecond', c.reports_per_second,
    'unsentSignals', (
      select count(*) from deploy_waits where token is not null and settle_time < now() - interval '10 seconds'),
    'unpublishedChanges', (
      select count(*) from unpublished_changes u join deploy_events e on e.id = u.event_id where e.time < now() - interval '10 seconds'),
    'activeDeployments', (select count(*) from deploy_tasks where status in ('deploying', 'paused', 'rollingBack')),
    'stuckDeployments', (
      select count(*) from deploy_tasks d where status in ('scheduled', 'deploying', 'paused', 'rollingBack') and is_stuck(d)))
  from control_plane c
$$;
