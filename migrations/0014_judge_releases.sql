-- The looks at releases that are judged by what is measured, and the counts that those rest on.

alter table deploy_instances
  -- By the wall clock, which Prometheus keeps: when it was first seen on the target. null: it was not; the epoch: it ran it before.
  add column update_time timestamptz;

create table deploy_analyses (
  deploy_id text collate "C" primary key references deploy_tasks (id) on delete cascade,
  looks integer not null default 0,
  -- On the deployment's own clock; null: the bake, if there is one, has had its last look.
  due timestamptz,
  -- The last look of the grid whose counts are stored.
  stored integer,
  -- What the looks of a bake add up to, and what will be left of it when a person accepts what stopped the release.
  tally jsonb,
  accepted_tally jsonb
);

create table deploy_looks (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  number integer not null,
  batch integer not null,
  time timestamptz not null default clock_timestamp(),
  verdict text not null check (verdict in ('pass', 'fail', 'noData', 'providerError')),
  -- For each check its query, window, rule, what it rests on, and its verdict.
  facts jsonb not null,
  primary key (deploy_id, number)
);

create table deploy_samples (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  -- On a grid of the policy's interval: look 0 begins with the deployment, those below are history.
  look integer not null,
  -- The counts of large fleets are in several rows, each of which stays below 64 KB.
  part integer not null,
  buckets jsonb not null,
  counts text not null,
  primary key (deploy_id, look, part)
);
