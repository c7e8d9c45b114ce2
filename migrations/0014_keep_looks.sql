-- What deployments were judged from, and how. All of it goes before the deployment itself does, once it has been kept for its time.

create table deploy_analyses (
  deploy_id text collate "C" primary key references deploy_tasks (id) on delete cascade,
  -- The grid of its looks: look n ends (n + 1) intervals of its policy after this; those below 0 are its past.
  origin timestamptz not null,
  -- Upper bounds of the latency histogram in seconds, rising, without +Inf; null until Prometheus has shown one.
  buckets jsonb,
  -- Its looks and samples: kept, being removed in steps, or gone.
  record_state text not null default 'kept' check (record_state in ('kept', 'going', 'gone'))
);

create index deploy_analyses_kept on deploy_analyses (deploy_id) where record_state <> 'gone';

-- A look that was taken. Others on the grid, before the first and between, are samples alone.
create table deploy_looks (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  number integer not null,
  batch integer not null,
  time timestamptz not null default clock_timestamp(),
  verdict text not null check (verdict in ('pass', 'fail', 'noData', 'providerError')),
  -- Of each check: query, window, samples, rule, what came of it.
  facts jsonb not null,
  primary key (deploy_id, number)
);

-- What each instance did in one look of the grid, as functions/domain/analysis/samples.ts packs it: in parts that are short.
create table deploy_samples (
  deploy_id text collate "C" not null references deploy_tasks (id) on delete cascade,
  look integer not null,
  part integer not null,
  time timestamptz not null default clock_timestamp(),
  counts text not null,
  primary key (deploy_id, look, part)
);
