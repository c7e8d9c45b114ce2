-- An alert as events and decisions show it.
create or replace function alert_details(a deploy_alerts) returns jsonb
language sql immutable as $$
  select jsonb_build_object('path', a.path, 'alert', jsonb_strip_nulls(jsonb_build_object(
    'source', a.source, 'fingerprint', a.fingerprint, 'name', a.name, 'service', a.service, 'version', a.version, 'health', a.health,
    'message', a.message, 'startTime', rfc3339(a.start_time))))
$$;
