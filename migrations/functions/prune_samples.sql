-- Removes looks and samples of deployments that ended before a time, so many of each at most. The grid of each stays, to tell what
-- was removed from what never was. Answers how many rows were removed.
create or replace function prune_samples(before timestamptz, at_most integer) returns bigint
language plpgsql as $$
declare
  old_ones text[];
  removed bigint := 0;
  step bigint;
begin
  select array_agg(deploy_id) into old_ones from (
    select a.deploy_id
      from deploy_analyses a join deploy_tasks d on d.id = a.deploy_id
      where a.record_state <> 'gone' and d.finish_time < before and d.status in ('completed', 'rolledBack', 'failed')
      order by a.deploy_id limit 20
      for no key update of a skip locked
  ) oldest;
  update deploy_analyses set record_state = 'going' where deploy_id = any (old_ones) and record_state = 'kept';
  delete from deploy_samples where (deploy_id, look, part) in (
    select deploy_id, look, part from deploy_samples where deploy_id = any (old_ones) order by deploy_id, look, part limit at_most);
  get diagnostics step = row_count;
  removed := removed + step;
  delete from deploy_looks where (deploy_id, number) in (
    select deploy_id, number from deploy_looks where deploy_id = any (old_ones) order by deploy_id, number limit at_most);
  get diagnostics step = row_count;
  removed := removed + step;
  update deploy_analyses a set record_state = 'gone'
    where a.deploy_id = any (old_ones)
      and not exists (select from deploy_samples where deploy_id = a.deploy_id)
      and not exists (select from deploy_looks where deploy_id = a.deploy_id);
  -- Those that had nothing left are a step, too.
  return removed + coalesce(cardinality(old_ones), 0);
end
$$;
