-- Begins the next wait of a deployment that its caller has locked; answers its number.
create or replace function open_wait(deployment text, wait_kind text, wait_batch integer, wait_deadline timestamptz) returns integer
language plpgsql as $$
declare
  opened integer;
begin
  update deploy_tasks set wait_number = wait_number + 1 where id = deployment returning wait_number into opened;
  insert into deploy_waits (deploy_id, number, kind, batch, deadline)
    values (deployment, opened, wait_kind, wait_batch, wait_deadline);
  return opened;
end
$$;
