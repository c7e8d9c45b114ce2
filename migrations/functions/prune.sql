-- args: {days: {events, samples, alerts, states, idempotencyKeys, lostInstances}}: removes some of what has been kept for so long: a
-- step that nobody has to wait for. Answers {row: pruned, records, samples, states, alerts, idempotencyKeys, lostInstances}, and
-- whether there may be more.
create or replace function prune(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  step constant integer := 500;
  days constant jsonb := args -> 'days';
  records bigint;
  samples bigint;
  lost bigint;
  states bigint;
  alerts_gone bigint;
  keys bigint;
  request_keys bigint;
begin
  -- Services before deployments: those who lock both do it in this order.
  lost := prune_lost_instances(now() - make_interval(days => (days ->> 'lostInstances')::integer), step);
  records := prune_records(now() - make_interval(days => (days ->> 'events')::integer), step);
  samples := prune_samples(now() - make_interval(days => (days ->> 'samples')::integer), step);
  delete from service_states where id in (
    select id from service_states
      where resolve_time < now() - make_interval(days => (days ->> 'states')::integer) order by resolve_time limit step);
  get diagnostics states = row_count;
  delete from alerts where (fingerprint, start_time) in (
    select fingerprint, start_time from alerts
      where resolve_time < now() - make_interval(days => (days ->> 'alerts')::integer) order by resolve_time limit step);
  get diagnostics alerts_gone = row_count;
  delete from idempotency_keys where key in (
    select key from idempotency_keys
      where key not like 'request %' and create_time < now() - make_interval(days => (days ->> 'idempotencyKeys')::integer)
      order by create_time limit step);
  get diagnostics keys = row_count;
  delete from idempotency_keys where key in (
    select key from idempotency_keys
      where key like 'request %' and create_time < now() - interval '1 hour' order by create_time limit step);
  get diagnostics request_keys = row_count;
  return next jsonb_build_object('row', 'pruned', 'records', records, 'samples', samples, 'states', states, 'alerts', alerts_gone,
    'idempotencyKeys', keys + request_keys, 'lostInstances', lost,
    'more', records > 0 or samples > 0 or greatest(states, alerts_gone, keys, request_keys, lost) >= step);
end
$$;
