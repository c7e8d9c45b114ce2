alter table deploy_analyses
  -- Its looks and samples: kept, being removed in steps, or gone.
  add column record_state text not null default 'kept' check (record_state in ('kept', 'going', 'gone'));

create index deploy_analyses_kept on deploy_analyses (deploy_id) where record_state <> 'gone';
