-- Why a version of a service, whose row the caller has locked, cannot be released now; null: it can.
create or replace function release_refusal(s services, version text, forced boolean, scheduled boolean) returns jsonb
language plpgsql as $$
declare
  active deploy_tasks;
begin
  select * into active from deploy_tasks
    where service_id = s.id and status in ('deploying', 'paused', 'rollingBack');
  if found and not scheduled then
    return refused('deploymentActive', jsonb_build_object('deployID', active.id, 'status', active.status));
  elsif forced then
    return null;
  elsif s.current_version = release_refusal.version then
    return refused('versionIsCurrent');
  elsif not scheduled and plannable_count(s.id) = 0 and exists (select from service_instances where service_id = s.id) then
    return refused('allInstancesLost');
  end if;
  return null;
end
$$;
