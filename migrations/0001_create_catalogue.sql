-- Services, their versions, instances and reported states. Names compare byte by byte, so that pages and plans have one order.

create table services (
  name text collate "C" primary key,
  id bigint generated always as identity unique,
  deps text[] not null default '{}',
  -- What its instances should run while no deployment governs it; null until a first release has completed.
  current_version text collate "C",
  -- The deployment that says what its instances should run: active, or failed and not yet followed by another.
  governing_deploy_id text collate "C",
  create_time timestamptz not null default now()
);

create table service_versions (
  service_id bigint not null references services (id) on delete cascade,
  version text collate "C" not null,
  artifact text,
  description text,
  create_time timestamptz not null default clock_timestamp(),
  primary key (service_id, version)
);

-- A report that changes nothing rewrites its row in the page it stands in: nothing that such a report sets is indexed.
create table service_instances (
  id text collate "C" primary key,
  service_id bigint not null references services (id) on delete cascade,
  version text collate "C",
  health text not null default 'normal' check (health in ('normal', 'warning', 'error')),
  message text,
  labels jsonb not null default '{}',
  sequence bigint,
  report_time timestamptz not null default now(),
  report_after_seconds double precision not null,
  create_time timestamptz not null default now()
) with (fillfactor = 70);

create index service_instances_service on service_instances (service_id, id);

create table service_states (
  id bigint generated always as identity primary key,
  service_id bigint not null references services (id) on delete cascade,
  health text not null check (health in ('normal', 'warning', 'error')),
  version text collate "C",
  message text,
  correlation_id text,
  report_time timestamptz not null default now(),
  resolve_time timestamptz
);

create index service_states_open on service_states (service_id) where resolve_time is null;

-- One row: when the control plane was last known to be up, and since when without a gap. Its own downtime is nobody's silence.
create table control_plane (
  only_row boolean primary key default true check (only_row),
  alive_time timestamptz not null default now(),
  up_since timestamptz not null default now()
);

insert into control_plane default values;
