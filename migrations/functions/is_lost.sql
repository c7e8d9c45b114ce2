-- Silent for three of its own report intervals.
create or replace function is_lost(i service_instances, silent_since timestamptz) returns boolean
language sql stable as $$
  select greatest(i.report_time, silent_since) + make_interval(secs => 3 * i.report_after_seconds) < now()
$$;
