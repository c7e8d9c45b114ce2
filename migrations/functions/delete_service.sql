-- args: {name}. A refusal names the first hundred that are in the way: what it answers is one row.
create or replace function delete_service(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  s services;
  dependents text[];
  open_ones jsonb;
begin
  perform lock_service_graph();
  select * into s from services where name = args ->> 'name' for update;
  if not found then
    return next refused('serviceNotFound');
    return;
  end if;
  dependents := array(select name from services where s.name = any (deps) and name <> s.name order by name limit 100);
  if cardinality(dependents) > 0 then
    return next refused('serviceHasDependents', jsonb_build_object('dependents', dependents));
    return;
  end if;
  select jsonb_agg(id order by create_time) into open_ones from (
    select id, create_time from deploy_tasks
      where service_id = s.id and status in ('scheduled', 'deploying', 'paused', 'rollingBack')
      order by create_time limit 100
  ) first_ones;
  if open_ones is not null then
    return next refused('serviceHasDeployments', jsonb_build_object('deployments', open_ones));
    return;
  end if;
  delete from services where id = s.id;
  return next jsonb_build_object('row', 'service', 'name', s.name);
end
$$;
