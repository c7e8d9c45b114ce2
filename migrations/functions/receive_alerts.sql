-- args: {alerts: [{fingerprint, startTime, resolveTime?, name, service, version?, health, message?, labels}]}. However often, in
-- whichever order and by how many at once an alert is delivered, it is one row; resolved, it stays so. Answers {row: received, firing, resolved}.
create or replace function receive_alerts(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  told jsonb;
begin
  -- In one order, so that two deliveries of the same group do not wait for each other in a circle.
  with delivered as (
    select distinct on (a ->> 'fingerprint', (a ->> 'startTime')::timestamptz) a
      from jsonb_array_elements(args -> 'alerts') a
      order by a ->> 'fingerprint', (a ->> 'startTime')::timestamptz, (a ->> 'resolveTime')::timestamptz nulls last
  ), stored as (
    insert into alerts as known (fingerprint, start_time, name, service, version, health, message, labels, resolve_time)
      select a ->> 'fingerprint', (a ->> 'startTime')::timestamptz, a ->> 'name', a ->> 'service', a ->> 'version', a ->> 'health',
          a ->> 'message', coalesce(a -> 'labels', '{}'), (a ->> 'resolveTime')::timestamptz
        from delivered
        order by a ->> 'fingerprint', (a ->> 'startTime')::timestamptz
      on conflict (fingerprint, start_time) do update
        set resolve_time = coalesce(known.resolve_time, excluded.resolve_time)
      returning resolve_time
  )
  select jsonb_build_object('row', 'received', 'firing', count(*) filter (where resolve_time is null),
      'resolved', count(*) filter (where resolve_time is not null))
    into told from stored;
  -- One that fires again has a new start: whatever started before it has ended, though nobody said so.
  update alerts a set resolve_time = later.start_time
    from (
      select fingerprint, max(start_time) as start_time from alerts
        where fingerprint in (select d ->> 'fingerprint' from jsonb_array_elements(args -> 'alerts') d)
        group by fingerprint
    ) later
    where a.fingerprint = later.fingerprint and a.start_time < later.start_time and a.resolve_time is null;
  return next told;
end
$$;
