-- Removes instances that have not reported since before a time and are in no plan of a deployment that governs, so many at
-- most. Nobody is removed before the control plane has been up for an hour. Answers how many were removed.
create or replace function prune_lost_instances(before timestamptz, at_most integer) returns bigint
language plpgsql as $$
declare
  alive timestamptz := alive_since();
  silent text[];
  owners bigint[];
  removed bigint;
begin
  if alive > now() - interval '1 hour' then
    return 0;
  end if;
  select array_agg(id), array_agg(distinct service_id) into silent, owners from (
    select i.id, i.service_id
      from service_instances i join services s on s.id = i.service_id
      where i.report_time < before and is_lost(i, alive)
        and not exists (select from deploy_instances di where di.deploy_id = s.governing_deploy_id and di.instance_id = i.id)
      limit at_most
  ) lost_ones;
  -- The services first: a rollback that begins at this moment sees who has left, or is seen here.
  perform from services where id = any (owners) order by id for no key update;
  delete from service_instances i
    using services s
    where i.id = any (silent) and s.id = i.service_id and i.report_time < before and is_lost(i, alive)
      and not exists (select from deploy_instances di where di.deploy_id = s.governing_deploy_id and di.instance_id = i.id);
  get diagnostics removed = row_count;
  return removed;
end
$$;
