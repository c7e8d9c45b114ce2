-- Locks a deployment for a decision that was made of its facts; no row (id null) when they no longer stand.
create or replace function locked_deployment(args jsonb, wanted_status text) returns deploy_tasks
language plpgsql as $$
declare
  d deploy_tasks;
begin
  select * into d from deploy_tasks where id = args ->> 'deployID' for update;
  if d.generation = (args ->> 'generation')::integer and d.revision = (args ->> 'revision')::bigint and d.status = wanted_status then
    return d;
  end if;
  return null;
end
$$;
