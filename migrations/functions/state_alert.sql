-- A reported state, as the alert that it is to a release.
create or replace function state_alert(r service_states, service_name text) returns alerts
language sql stable as $$
  select jsonb_populate_record(null::alerts, jsonb_build_object(
    'fingerprint', jsonb_build_array(service_name, r.version, r.correlation_id)::text, 'start_time', r.start_time,
    'name', coalesce(r.correlation_id, 'state'), 'service', service_name, 'version', r.version, 'health', r.health,
    'message', r.message, 'receive_time', r.report_time))
$$;
