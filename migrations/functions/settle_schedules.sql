-- A deployment of this service has ended: those whose time came meanwhile look again. Answers their tokens.
create or replace function settle_schedules(of_service bigint) returns jsonb
language plpgsql as $$
declare
  waiting text;
  tokens jsonb := '[]';
begin
  for waiting in
    select id from deploy_tasks
      where service_id = of_service and status = 'scheduled' and schedule_time <= now()
      order by schedule_time, id for update
  loop
    tokens := tokens || settle_wait(waiting);
  end loop;
  return tokens;
end
$$;
