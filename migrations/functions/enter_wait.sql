-- Stores a task's token in the wait that a locked deployment is in, opening one where none of that kind is open. A token
-- gives way only to one of a later (generation, time entered, retry). Answers {row: wait, over}: over, what it would wait for
-- has happened already, so the task ends its own wait.
create or replace function enter_wait(
  args jsonb, wait_kind text, wait_batch integer, already_over boolean, wait_deadline timestamptz
) returns jsonb
language plpgsql as $$
declare
  w deploy_waits;
  wait_number integer;
begin
  select dw.* into w from deploy_tasks d join deploy_waits dw on dw.deploy_id = d.id and dw.number = d.wait_number
    where d.id = args ->> 'deployID' for update of dw;
  wait_number := w.number;
  if w.deploy_id is null or w.settle_time is not null or w.kind <> wait_kind or w.batch is distinct from wait_batch then
    if already_over then
      return jsonb_build_object('row', 'wait', 'over', true);
    end if;
    wait_number := open_wait(args ->> 'deployID', wait_kind, wait_batch, wait_deadline);
  end if;
  update deploy_waits
    set token = args ->> 'token', token_generation = (args ->> 'generation')::integer,
      token_entered = (args ->> 'entered')::timestamptz, token_retry = (args ->> 'retry')::integer, deadline = wait_deadline
    where deploy_id = args ->> 'deployID' and number = wait_number
      and (token_generation is null or (token_generation, token_entered, token_retry)
        < ((args ->> 'generation')::integer, (args ->> 'entered')::timestamptz, (args ->> 'retry')::integer));
  if already_over then
    perform settle_wait(args ->> 'deployID');
  end if;
  return jsonb_build_object('row', 'wait', 'over', already_over, 'number', wait_number);
end
$$;
