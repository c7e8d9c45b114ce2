-- Measures how many reports a second were stored since they were last counted, half a minute ago or more. The caller has locked
-- the row. PostgreSQL forgets its counts when it crashes, and nobody counted while the control plane was down.
create or replace function count_reports(seen control_plane, is_start boolean) returns void
language plpgsql as $$
declare
  counted bigint := pg_stat_get_tuples_updated('service_instances'::regclass);
  seconds double precision := extract(epoch from now() - seen.report_count_time);
begin
  if is_start or seconds >= 30 then
    update control_plane
      set report_count = counted, report_count_time = now(),
        reports_per_second = case when is_start or counted < seen.report_count then 0 else (counted - seen.report_count) / seconds end;
  end if;
end
$$;
