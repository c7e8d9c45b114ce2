-- Deployments, their batches and instances, what they wait for, and the record of what happened.

create table deploy_tasks (
  id text collate "C" primary key,
  -- Not a foreign key: a deployment's history outlives its service.
  service_id bigint not null,
  service text collate "C" not null,
  version text collate "C" not null,
  -- The service's current version when this one started; null: a first release.
  previous_version text collate "C",
  status text not null check
    (status in ('scheduled', 'deploying', 'paused', 'completed', 'rollingBack', 'rolledBack', 'failed')),
  strategy jsonb not null,
  on_alert text not null default 'pause' check (on_alert in ('pause', 'rollback', 'ignore')),
  forced boolean not null default false,
  description text,
  reason text,
  create_time timestamptz not null default clock_timestamp(),
  schedule_time timestamptz,
  start_time timestamptz,
  finish_time timestamptz,
  -- Which execution is the living one, and how many in a row ended by a fault of the machinery.
  generation integer not null default 1,
  faults_in_a_row integer not null default 0,
  -- Grows with every change that a decision could depend on, instances' progress within a batch excepted.
  revision bigint not null default 0,
  planned boolean not null default false,
  total integer not null default 0,
  -- The last batch begun; -1 before the first.
  current_batch integer not null default -1,
  -- Failed instances since the start, or since a person accepted those there were.
  failures integer not null default 0,
  wait_number integer not null default 0,
  pause_kind text check (pause_kind in ('pause', 'gate', 'failure')),
  pause_time timestamptz,
  -- All pauses so far: deadlines are kept on a clock that stands still while paused.
  paused_for interval not null default '0'
) with (fillfactor = 70);

create unique index deploy_tasks_one_active on deploy_tasks (service_id)
  where status in ('deploying', 'paused', 'rollingBack');

create index deploy_tasks_newest on deploy_tasks (create_time desc, id desc);

create index deploy_tasks_service on deploy_tasks (service, create_time desc, id desc);

create index deploy_tasks_version on deploy_tasks (service_id, version);

create index deploy_tasks_open on deploy_tasks (status, schedule_time)
  where status in ('scheduled', 'deploying', 'paused', 'rollingBack');

create table deploy_batches (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  index integer not null,
  size integer not null,
  -- What follows it: watching time, and whether a person must then say go on.
  bake_seconds double precision not null,
  gate boolean not null,
  done integer not null default 0,
  failed integer not null default 0,
  state text not null default 'pending' check
    (state in ('pending', 'deploying', 'baking', 'gated', 'done', 'undoing', 'undone')),
  begin_time timestamptz,
  end_time timestamptz,
  -- On the deployment's own clock.
  bake_due timestamptz,
  undo_begin_time timestamptz,
  undo_end_time timestamptz,
  undo_size integer not null default 0,
  undo_done integer not null default 0,
  undo_failed integer not null default 0,
  primary key (deploy_id, index)
) with (fillfactor = 50);

create table deploy_instances (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  instance_id text collate "C" not null,
  batch integer not null,
  position integer not null,
  previous_version text collate "C",
  -- pending, told, settling (runs the target, not yet well), updated, failed; undoing, undone, undoFailed.
  state text not null default 'pending' check
    (state in ('pending', 'told', 'settling', 'updated', 'failed', 'undoing', 'undone', 'undoFailed')),
  told_time timestamptz,
  told_back_time timestamptz,
  -- On the deployment's own clock: when it counts as failed, and when it first ran the target.
  due timestamptz,
  target_time timestamptz,
  message text,
  primary key (deploy_id, instance_id)
) with (fillfactor = 70);

create index deploy_instances_order on deploy_instances (deploy_id, batch, position);

create table deploy_waits (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  number integer not null,
  kind text not null check (kind in ('schedule', 'batch', 'bake', 'pause', 'gate', 'failure', 'undo')),
  batch integer,
  -- On the deployment's own clock: when its time-out is due.
  deadline timestamptz,
  settle_time timestamptz,
  token text,
  -- Orders the tokens that one wait was given, so that a late writer never replaces a newer one.
  token_generation integer,
  token_entered timestamptz,
  token_retry integer,
  primary key (deploy_id, number)
);

create index deploy_waits_unsent on deploy_waits (deploy_id) where settle_time is not null and token is not null;

create table deploy_events (
  id bigint generated always as identity primary key,
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  time timestamptz not null default clock_timestamp(),
  type text not null,
  actor jsonb,
  from_status text,
  to_status text,
  batch integer,
  instance_id text,
  reason text,
  -- Answers a statement that is sent again because nobody knows whether it ran.
  operation_id text unique
);

create index deploy_events_deployment on deploy_events (deploy_id, id);

-- The first answer to a request that carried a key; the rows of the function that did it.
create table idempotency_keys (
  key text collate "C" primary key,
  fingerprint text not null,
  answer jsonb not null,
  create_time timestamptz not null default now()
);
