-- args: {deployID, generation, fault?}: makes the next execution the living one, by compare-and-set. Answers {row: started, generation, faults}
-- of the one that lives now, whoever made it so.
create or replace function next_generation(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
begin
  update deploy_tasks
    set generation = generation + 1,
      faults_in_a_row = case when args ->> 'fault' is null then faults_in_a_row else faults_in_a_row + 1 end
    where id = args ->> 'deployID' and generation = (args ->> 'generation')::integer
      and status in ('scheduled', 'deploying', 'paused', 'rollingBack')
    returning * into d;
  if found then
    perform add_event(d.id, case when args ->> 'fault' is null then 'continuedAsNew' else 'executionReplaced' end, system_actor(),
      reason => args ->> 'fault');
  else
    select * into d from deploy_tasks where id = args ->> 'deployID';
  end if;
  return next jsonb_build_object('row', 'started', 'generation', d.generation, 'status', d.status, 'faults', d.faults_in_a_row);
end
$$;
