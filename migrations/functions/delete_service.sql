-- args: {name}
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
  dependents := array(select name from services where s.name = any (deps) and name <> s.name order by name);
  if cardinality(dependents) > 0 then
    return next refused('serviceHasDependents', jsonb_build_object('dependents', dependents));
    return;
  end if;
  select jsonb_agg(id order by create_time) into open_ones from deploy_tasks
    where service_id = s.id and status in ('scheduled', 'deploying', 'paused', 'rollingBack');
  if open_ones is not null then
    return next refused('serviceHasDeployments', jsonb_build_object('deployments', open_ones));
    return;
  end if;
  delete from services where id = s.id;
  return next jsonb_build_object('row', 'service', 'name', s.name);
end
$$;
