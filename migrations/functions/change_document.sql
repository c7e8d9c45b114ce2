-- A change of status as it is published.
create or replace function change_document(e deploy_events, d deploy_tasks) returns jsonb
language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'eventID', e.id::text, 'deployID', d.id, 'service', d.service, 'version', d.version, 'from', e.from_status, 'to', e.to_status,
    'time', rfc3339(e.time), 'reason', e.reason, 'actor', e.actor))
$$;
