-- Removes events, waits, alerts and instances of deployments that ended before a time, so many of each at most; the oldest deployments
-- first. The deployments themselves stay, with their batches. Answers how many rows were removed.
create or replace function prune_records(before timestamptz, at_most integer) returns bigint
language plpgsql as $$
declare
  old_ones text[];
  removed bigint := 0;
  step bigint;
begin
  -- One that is being rolled back at this moment is left alone.
  select array_agg(id) into old_ones from (
    select d.id from deploy_tasks d
      where d.finish_time < before and d.record_state <> 'gone' and not is_record_needed(d)
      order by d.finish_time limit 20
      for no key update skip locked
  ) oldest;
  update deploy_tasks set record_state = 'going' where id = any (old_ones) and record_state = 'kept';
  delete from deploy_events where id in (
    select id from deploy_events where deploy_id = any (old_ones) order by deploy_id, id limit at_most);
  get diagnostics step = row_count;
  removed := removed + step;
  delete from deploy_waits where (deploy_id, number) in (
    select deploy_id, number from deploy_waits where deploy_id = any (old_ones) order by deploy_id, number limit at_most);
  get diagnostics step = row_count;
  removed := removed + step;
  delete from deploy_alerts where (deploy_id, source, fingerprint, start_time, health) in (
    select deploy_id, source, fingerprint, start_time, health from deploy_alerts where deploy_id = any (old_ones)
      order by deploy_id, source, fingerprint, start_time, health limit at_most);
  get diagnostics step = row_count;
  removed := removed + step;
  delete from deploy_instances where (deploy_id, instance_id) in (
    select deploy_id, instance_id from deploy_instances where deploy_id = any (old_ones) order by deploy_id, instance_id limit at_most);
  get diagnostics step = row_count;
  removed := removed + step;
  update deploy_tasks d set record_state = 'gone'
    where d.id = any (old_ones)
      and not exists (select from deploy_events where deploy_id = d.id)
      and not exists (select from deploy_waits where deploy_id = d.id)
      and not exists (select from deploy_alerts where deploy_id = d.id)
      and not exists (select from deploy_instances where deploy_id = d.id);
  -- Those that had nothing left are a step, too.
  return removed + coalesce(cardinality(old_ones), 0);
end
$$;
