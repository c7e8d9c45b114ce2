-- Whether a deployment that should go on by itself does not: five executions in a row ended by a fault, or nothing has happened for
-- five minutes although no wait, schedule or instance has that long. What waits for a person, or for another deployment, is not stuck.
create or replace function is_stuck(d deploy_tasks) returns boolean
language sql stable as $$
  select case
    when d.status in ('deploying', 'rollingBack') then d.faults_in_a_row >= 5
      or greatest(
          (select e.time from deploy_events e where e.deploy_id = d.id order by e.id desc limit 1),
          (select coalesce(w.settle_time, w.deadline + d.paused_for) from deploy_waits w where w.deploy_id = d.id and w.number = d.wait_number)
        ) < now() - interval '5 minutes'
        and not exists (select from deploy_instances i where i.deploy_id = d.id and i.due + d.paused_for >= now() - interval '5 minutes')
    when d.status = 'scheduled' then d.schedule_time < now() - interval '5 minutes'
      and not exists (select from deploy_tasks a where a.service_id = d.service_id and a.status in ('deploying', 'paused', 'rollingBack'))
    else d.status = 'paused' and d.faults_in_a_row >= 5
  end
$$;
