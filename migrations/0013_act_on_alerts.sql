-- What alerts and reported states mean to a release. Names of what it may be held by include those of its analysis.

alter table service_states
  -- Since when it stands, reports of the same one since then being the same.
  add column start_time timestamptz not null default now();

alter table deploy_tasks drop constraint deploy_tasks_pause_kind_check;

alter table deploy_tasks add constraint deploy_tasks_pause_kind_check
  check (pause_kind in ('pause', 'gate', 'failure', 'analysis', 'alert'));

alter table deploy_waits drop constraint deploy_waits_kind_check;

alter table deploy_waits add constraint deploy_waits_kind_check
  check (kind in ('schedule', 'batch', 'bake', 'pause', 'gate', 'failure', 'analysis', 'alert', 'undo'));

-- A row for each alert, and for each health that it has had: one that gets worse is another.
create table deploy_alerts (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  -- state: somebody reported it; its fingerprint is of what tells such states apart.
  source text not null check (source in ('alert', 'state')),
  fingerprint text collate "C" not null,
  start_time timestamptz not null,
  health text not null check (health in ('warning', 'error')),
  name text not null,
  service text collate "C" not null,
  version text collate "C",
  message text,
  -- From its service to the released one, each depending on the next.
  path jsonb not null,
  -- open: to be acted on; acted; accepted: a person went on in spite of it; baseline: it fired before the start; ignored: by onAlert;
  -- otherVersion: of the released service; late: while the release was being undone already.
  state text not null check (state in ('open', 'acted', 'accepted', 'baseline', 'ignored', 'otherVersion', 'late')),
  receive_time timestamptz not null default clock_timestamp(),
  primary key (deploy_id, source, fingerprint, start_time, health)
);

create index deploy_alerts_open on deploy_alerts (deploy_id) where state = 'open';

-- The events by which a release goes wrong are one more kind, and will be those of its analysis.
create index deploy_events_wrong on deploy_events (time)
  where type in ('failed', 'rollbackStarted', 'pausedOnFailure', 'pausedOnAnalysis', 'pausedOnAlert');

drop index deploy_events_verdicts;
