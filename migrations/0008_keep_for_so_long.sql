-- What is kept for a while only, and how those whose time is over are found. Nothing that a report sets is indexed.

alter table deploy_tasks
  -- Its events, waits and instances: kept, being removed in steps, or gone.
  add column record_state text not null default 'kept' check (record_state in ('kept', 'going', 'gone'));

create index deploy_tasks_kept on deploy_tasks (finish_time) where finish_time is not null and record_state <> 'gone';

create index service_states_resolved on service_states (resolve_time) where resolve_time is not null;

create index alerts_resolved on alerts (resolve_time) where resolve_time is not null;

create index idempotency_keys_oldest on idempotency_keys (create_time);

alter table control_plane
  add column prune_time timestamptz not null default now(),
  -- For how long the reconciler may be silent by design before the control plane counts as down.
  add column unseen_for interval not null default '150 seconds';
