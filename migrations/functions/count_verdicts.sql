-- How many releases have gone wrong by themselves since they were last counted: went back, stopped or failed. Each is counted once, a
-- few seconds late, when its transaction has surely ended. The caller has locked the row.
create or replace function count_verdicts(seen control_plane) returns bigint
language plpgsql as $$
declare
  until timestamptz := greatest(now() - interval '5 seconds', seen.judged_until);
begin
  update control_plane set judged_until = until;
  return (
    select count(*) from deploy_events
      where type in ('failed', 'rollbackStarted', 'pausedOnFailure', 'pausedOnAnalysis', 'pausedOnAlert') and actor = system_actor()
        and time > seen.judged_until and time <= until);
end
$$;
