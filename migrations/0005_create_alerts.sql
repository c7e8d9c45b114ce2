-- What a monitoring system says is wrong, by the fingerprint and start that Alertmanager tells its alerts apart by.
create table alerts (
  fingerprint text collate "C" not null,
  start_time timestamptz not null,
  name text not null,
  -- Not a foreign key: an alert may be about a service that nobody has registered.
  service text collate "C" not null,
  version text collate "C",
  health text not null check (health in ('warning', 'error')),
  message text,
  labels jsonb not null default '{}',
  receive_time timestamptz not null default clock_timestamp(),
  resolve_time timestamptz,
  primary key (fingerprint, start_time)
);

create index alerts_firing on alerts (service) where resolve_time is null;

create index alerts_newest on alerts (start_time desc, fingerprint desc);
