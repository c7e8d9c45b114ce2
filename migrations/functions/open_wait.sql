-- Begins the next wait of a deployment that its caller has locked; answers its number. One that is still open was ended by its
-- time-out, which leaves no token to send.
create or replace function open_wait(deployment text, wait_kind text, wait_batch integer, wait_deadline timestamptz) returns integer
language plpgsql as $$
declare
  opened integer;
begin
  update deploy_waits w set settle_time = clock_timestamp(), token = null
    from deploy_tasks d
    where d.id = deployment and w.deploy_id = d.id and w.number = d.wait_number and w.settle_time is null;
  update deploy_tasks set wait_number = wait_number + 1 where id = deployment returning wait_number into opened;
  insert into deploy_waits (deploy_id, number, kind, batch, deadline)
    values (deployment, opened, wait_kind, wait_batch, wait_deadline);
  return opened;
end
$$;
