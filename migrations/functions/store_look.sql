-- args: {deployID, generation, number, batch, verdict, reason?, facts, tally, isLast, again, stored, samples: [{look, part, buckets,
-- counts}]}: keeps a look, once: it is void when another has its number, or the bake that it is of is no longer the living one's. `isLast`:
-- the time of the bake was over; `again`: it may not end with this one nevertheless. Answers the facts.
create or replace function store_look(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks;
  a deploy_analyses;
  b deploy_batches;
  every interval;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  select * into a from deploy_analyses where deploy_id = d.id for update;
  select * into b from deploy_batches where deploy_id = d.id and index = (args ->> 'batch')::integer;
  if d.generation = (args ->> 'generation')::integer and d.status = 'deploying' and a.looks = (args ->> 'number')::integer
      and a.due is not null and b.index = d.current_batch and b.state = 'baking' then
    every := make_interval(secs => (d.analysis ->> 'interval')::double precision);
    insert into deploy_looks (deploy_id, number, batch, verdict, facts)
      values (d.id, a.looks, b.index, args ->> 'verdict', args -> 'facts');
    insert into deploy_samples (deploy_id, look, part, buckets, counts)
      select d.id, (s ->> 'look')::integer, (s ->> 'part')::integer, s -> 'buckets', s ->> 'counts'
        from jsonb_array_elements(args -> 'samples') s
      on conflict do nothing;
    update deploy_analyses
      set looks = looks + 1, tally = args -> 'tally', stored = greatest(stored, (args ->> 'stored')::integer),
        -- Those that were missed are not caught up with: the next one counts all that was measured since.
        due = case
          when not (args ->> 'isLast')::boolean then least(b.bake_due,
            a.due + every * greatest(1, ceil(extract(epoch from release_clock(d) - a.due) / extract(epoch from every))))
          when (args ->> 'again')::boolean then release_clock(d) + every
        end
      where deploy_id = d.id;
    update deploy_tasks set revision = revision + 1, faults_in_a_row = 0 where id = d.id;
    perform add_event(d.id, 'looked', system_actor(), batch => b.index, reason => args ->> 'reason', details => args -> 'facts');
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
