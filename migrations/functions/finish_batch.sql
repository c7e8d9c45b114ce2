-- args: {deployID, generation, revision, batch}: closes a batch all of whose instances are done, and begins its bake where it
-- has one. Answers the facts.
create or replace function finish_batch(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := locked_deployment(args, 'deploying');
  b deploy_batches;
begin
  update deploy_batches
    set state = case when bake_seconds > 0 or gate then 'baking' else 'done' end, end_time = clock_timestamp(),
      bake_due = release_clock(d) + make_interval(secs => bake_seconds)
    where deploy_id = d.id and index = (args ->> 'batch')::integer and state = 'deploying' and done + failed >= size
    returning * into b;
  if b.deploy_id is not null then
    if d.analysis is not null then
      insert into deploy_analyses as known (deploy_id, due)
        values (d.id, case when b.bake_seconds > 0 then least(b.bake_due, release_clock(d) + make_interval(
          secs => (d.analysis ->> 'initialDelay')::double precision + (d.analysis ->> 'interval')::double precision)) end)
        on conflict (deploy_id) do update set due = excluded.due;
    end if;
    update deploy_tasks set revision = revision + 1, faults_in_a_row = 0 where id = d.id;
    perform add_event(d.id, 'batchDone', system_actor(), batch => (args ->> 'batch')::integer);
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
