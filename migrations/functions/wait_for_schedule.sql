-- args: {deployID, generation, step, token, entered, retry}: waits for a scheduled deployment's time, or for the end of the
-- deployment before it. Answers {row: wait, over}.
create or replace function wait_for_schedule(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
begin
  -- The service first: whether one is active is only sure while its row is locked.
  perform from services where id = (select service_id from deploy_tasks where id = args ->> 'deployID') for no key update;
  d := waiting_deployment(args, 'scheduled');
  if d.id is null then
    return next jsonb_build_object('row', 'wait', 'over', true);
    return;
  end if;
  return next enter_wait(args, 'schedule', null,
    d.schedule_time <= now() and not exists (
      select from deploy_tasks a where a.service_id = d.service_id and a.status in ('deploying', 'paused', 'rollingBack')),
    d.schedule_time);
end
$$;
