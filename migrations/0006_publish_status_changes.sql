-- Changes of status that EventBridge has not been told of yet. Each is written with its event, so that none is lost.

create table unpublished_changes (
  event_id bigint primary key references deploy_events (id) on delete cascade,
  deploy_id text collate "C" not null
);

create index unpublished_changes_deployment on unpublished_changes (deploy_id);
