-- args: {deployID, generation, step, token, entered, retry}: waits, in the wait that a pause, a gate or a failure opened, for a
-- person. Answers {row: wait, over}.
create or replace function wait_for_person(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := waiting_deployment(args, 'paused');
  w deploy_waits;
begin
  select * into w from deploy_waits where deploy_id = d.id and number = d.wait_number;
  if not found then
    return next jsonb_build_object('row', 'wait', 'over', true);
    return;
  end if;
  return next enter_wait(args, w.kind, w.batch, false, null);
end
$$;
