-- Ends the wait that a deployment is in, if it is in one: the row first, whoever called sends the token after the commit.
-- Answers [{deployID, number, token}] or []. A wait whose task has not stored its token yet is found settled by that task.
create or replace function settle_wait(deployment text) returns jsonb
language plpgsql as $$
declare
  ended deploy_waits;
begin
  update deploy_waits w set settle_time = clock_timestamp()
    from deploy_tasks d
    where d.id = deployment and w.deploy_id = d.id and w.number = d.wait_number and w.settle_time is null
    returning w.* into ended;
  if ended.token is null then
    return '[]';
  end if;
  return jsonb_build_array(jsonb_build_object('deployID', deployment, 'number', ended.number, 'token', ended.token));
end
$$;
