-- What releases are judged by: complete policies, as functions/domain/analysis writes them.

alter table services
  -- For its deployments that name none of their own.
  add column analysis jsonb;

alter table deploy_tasks
  -- null: it is not judged by what is measured.
  add column analysis jsonb;
