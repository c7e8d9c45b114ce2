-- The rollback of a completed deployment begins: the service's current version goes back, and the instances that
-- came to run the released one since join the plan as its last batch. Lost ones are left out, as they are of any plan.
create or replace function undo_completion(d deploy_tasks) returns void
language plpgsql as $$
declare
  joined integer;
  last_batch integer := (select coalesce(max(index), -1) + 1 from deploy_batches where deploy_id = d.id);
begin
  update services set current_version = d.previous_version where id = d.service_id;
  insert into deploy_batches (deploy_id, index, size, bake_seconds, gate, state, begin_time, end_time)
    values (d.id, last_batch, 0, 0, false, 'done', clock_timestamp(), clock_timestamp());
  insert into deploy_instances (deploy_id, instance_id, batch, position, previous_version, state, told_time)
    select d.id, i.id, last_batch, d.total + row_number() over (order by i.id), d.previous_version, 'updated', clock_timestamp()
      from service_instances i, (select alive_since() as since offset 0) alive
      where i.service_id = d.service_id and not is_lost(i, alive.since)
        and not exists (select from deploy_instances k where k.deploy_id = d.id and k.instance_id = i.id);
  get diagnostics joined = row_count;
  if joined = 0 then
    delete from deploy_batches where deploy_id = d.id and index = last_batch;
  else
    update deploy_batches set size = joined, done = joined where deploy_id = d.id and index = last_batch;
    update deploy_tasks set total = total + joined where id = d.id;
  end if;
  -- While this one was complete, its version was current: whoever was not told by it since has been by that.
  update deploy_instances set told_time = clock_timestamp()
    where deploy_id = d.id and told_time is null;
end
$$;
