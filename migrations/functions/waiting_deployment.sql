-- Locks a deployment for a task that is to wait; no row (id null) when the decision to wait no longer stands.
-- The step of a task is the revision that its decision was made from.
create or replace function waiting_deployment(args jsonb, wanted_status text) returns deploy_tasks
language plpgsql as $$
begin
  return locked_deployment(args || jsonb_build_object('revision', args -> 'step'), wanted_status);
end
$$;
