-- An instance runs the target and is in error: it gets the rest of its grace to become well, then counts as failed. Answers
-- the token of the wait that this ends: one that would have slept past that moment, or waited for the last instance.
create or replace function settle_instance(d deploy_tasks, b deploy_batches, di deploy_instances, why text) returns jsonb
language plpgsql as $$
declare
  first_seen timestamptz := coalesce(di.target_time, release_clock(d));
  over timestamptz := least(di.due, first_seen + make_interval(secs => (d.strategy ->> 'graceSeconds')::double precision));
begin
  if over <= release_clock(d) then
    return fail_instance(d, b, di, coalesce(why, 'in error with the new version'));
  elsif b.state not in ('deploying', 'baking') then
    return '[]';
  end if;
  update deploy_instances set state = 'settling', target_time = first_seen, due = over,
      update_time = coalesce(update_time, clock_timestamp()), message = left(why, 2000)
    where deploy_id = d.id and instance_id = di.instance_id;
  if di.state = 'updated' then
    update deploy_batches set done = done - 1 where deploy_id = d.id and index = b.index;
  end if;
  if di.state = 'settling' or d.status <> 'deploying' then
    return '[]';
  end if;
  update deploy_tasks set revision = revision + 1 where id = d.id;
  return settle_wait(d.id);
end
$$;
