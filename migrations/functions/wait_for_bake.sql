-- args: {deployID, generation, step, token, entered, retry}: waits for the end of a batch's bake. Answers {row: wait, over}.
create or replace function wait_for_bake(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := waiting_deployment(args, 'deploying');
  b deploy_batches;
  look_due timestamptz;
begin
  select * into b from deploy_batches where deploy_id = d.id and index = d.current_batch and state = 'baking';
  if not found then
    return next jsonb_build_object('row', 'wait', 'over', true);
    return;
  end if;
  select due into look_due from deploy_analyses where deploy_id = d.id;
  -- Past its time it still waits for an instance that has yet to become well, or for a look.
  return next enter_wait(args, 'bake', b.index,
    coalesce(look_due <= release_clock(d), b.bake_due <= release_clock(d) and b.done + b.failed >= b.size),
    coalesce(look_due, b.bake_due));
end
$$;
