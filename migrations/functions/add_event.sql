-- A change of status is also put among those that are still to be published.
create or replace function add_event(
  deploy_id text, type text, actor jsonb,
  from_status text default null, to_status text default null,
  batch integer default null, instance_id text default null, reason text default null, operation_id text default null
) returns void
language sql as $$
  with added as (
    insert into deploy_events (deploy_id, type, actor, from_status, to_status, batch, instance_id, reason, operation_id)
      values (deploy_id, type, actor, from_status, to_status, batch, instance_id, left(reason, 2000), operation_id)
      returning *
  )
  insert into unpublished_changes (event_id, deploy_id) select a.id, a.deploy_id from added a where a.to_status is not null
$$;
