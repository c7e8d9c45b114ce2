-- Whether a report tells an instance something new, or changes where it stands in the deployment that governs it. Read without
-- a lock: what it lets through is looked at again by advance_instance.
create or replace function report_matters(
  args jsonb, i service_instances, d deploy_tasks, di deploy_instances, b deploy_batches
) returns boolean
language plpgsql stable as $$
declare
  has_target boolean := coalesce(args ->> 'version' = d.version, false);
  is_back boolean := (args ->> 'version') is not distinct from di.previous_version;
begin
  if d.status = 'rollingBack' then
    return di.state = 'undoing' and (di.told_back_time is null or is_back or args ->> 'outcome' = 'failed')
      or di.state = 'undoFailed' and is_back;
  elsif d.status not in ('deploying', 'paused') then
    return false;
  elsif d.status = 'deploying' and b.state <> 'pending' and di.told_time is null then
    return true;
  end if;
  return di.state in ('told', 'settling') and has_target
    or di.state in ('told', 'settling', 'updated') and args ->> 'outcome' = 'failed'
    or di.state = 'updated' and has_target and args ->> 'health' = 'error';
end
$$;
