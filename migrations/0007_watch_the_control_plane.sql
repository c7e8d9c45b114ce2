-- What the reconciler has measured, and up to where it has counted. A report writes nothing for it: PostgreSQL's own counter
-- of the rows of service_instances that were updated is that of the reports.
alter table control_plane
  add column report_count bigint not null default 0,
  add column report_count_time timestamptz not null default now(),
  add column reports_per_second double precision not null default 0,
  add column judged_until timestamptz not null default now();

update control_plane set report_count = pg_stat_get_tuples_updated('service_instances'::regclass);

-- The events by which a release goes wrong are few; no other is in it.
create index deploy_events_verdicts on deploy_events (time) where type in ('failed', 'rollbackStarted', 'pausedOnFailure');
