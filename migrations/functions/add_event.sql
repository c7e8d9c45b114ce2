-- As it was before an event had details: with both, a call would be of neither.
drop function if exists add_event(text, text, jsonb, text, text, integer, text, text, text);

-- A change of status is also put among those that are still to be published. Details of more than 32 KB are left out, for an event
-- is read as part of one row of the Data API.
create or replace function add_event(
  deploy_id text, type text, actor jsonb,
  from_status text default null, to_status text default null,
  batch integer default null, instance_id text default null, reason text default null, operation_id text default null,
  details jsonb default null
) returns void
language sql as $$
  with added as (
    insert into deploy_events (deploy_id, type, actor, from_status, to_status, batch, instance_id, reason, operation_id, details)
      values (deploy_id, type, actor, from_status, to_status, batch, instance_id, left(reason, 2000), operation_id,
        case when octet_length(details::text) > 32000 then jsonb_build_object('leftOut', octet_length(details::text)) else details end)
      returning *
  )
  insert into unpublished_changes (event_id, deploy_id) select a.id, a.deploy_id from added a where a.to_status is not null
$$;
