-- args: {alerts: [{fingerprint, startTime, resolveTime?, name, service, version?, health, message?, labels}], actor}. However often, in
-- whichever order and by how many at once an alert is delivered, it is one row, as bad as it was ever told to be; resolved, it stays so.
-- Answers {row: received, firing, resolved} and {row: signals, signals} of the releases that act on one.
create or replace function receive_alerts(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  told alerts[];
begin
  -- In one order, so that two deliveries of the same group do not wait for each other in a circle.
  with given as (
    select a, a ->> 'fingerprint' as fingerprint, (a ->> 'startTime')::timestamptz as start_time
      from jsonb_array_elements(args -> 'alerts') a
  ), delivered as (
    select distinct on (fingerprint, start_time) a, fingerprint, start_time,
        min((a ->> 'resolveTime')::timestamptz) over same as resolve_time
      from given
      window same as (partition by fingerprint, start_time)
      order by fingerprint, start_time, a ->> 'health' = 'error' desc
  ), stored as (
    insert into alerts as known (fingerprint, start_time, name, service, version, health, message, labels, resolve_time)
      select fingerprint, start_time, a ->> 'name', a ->> 'service', a ->> 'version', a ->> 'health',
          a ->> 'message', coalesce(a -> 'labels', '{}'), resolve_time
        from delivered
        order by fingerprint, start_time
      on conflict (fingerprint, start_time) do update
        set resolve_time = coalesce(known.resolve_time, excluded.resolve_time),
          health = case when excluded.health = 'error' then 'error' else known.health end,
          message = case when excluded.health = 'error' and known.health <> 'error' then excluded.message else known.message end,
          labels = case when excluded.health = 'error' and known.health <> 'error' then excluded.labels else known.labels end
      returning *
  )
  select coalesce(array_agg(s::alerts), '{}') into told from stored s;
  -- One that fires again has a new start: whatever started before it has ended, though nobody said so.
  update alerts a set resolve_time = later.start_time
    from (
      select fingerprint, max(start_time) as start_time from alerts
        where fingerprint in (select d ->> 'fingerprint' from jsonb_array_elements(args -> 'alerts') d)
        group by fingerprint
    ) later
    where a.fingerprint = later.fingerprint and a.start_time < later.start_time and a.resolve_time is null;
  -- One that has ended has done so whichever start it was told with before: of alerts that overlap, as from two servers that watch
  -- the same, Alertmanager keeps the earliest.
  update alerts a set resolve_time = ended.time
    from (
      select e ->> 'fingerprint' as fingerprint, max((e ->> 'resolveTime')::timestamptz) as time
        from jsonb_array_elements(args -> 'alerts') e
        where e ? 'resolveTime'
        group by e ->> 'fingerprint'
    ) ended
    where a.fingerprint = ended.fingerprint and a.start_time < ended.time and a.resolve_time is null;
  return next jsonb_build_object('row', 'received', 'firing', (select count(*) from unnest(told) t where t.resolve_time is null),
    'resolved', (select count(*) from unnest(told) t where t.resolve_time is not null));
  return next jsonb_build_object('row', 'signals', 'signals', note_alerts('alert', told, args -> 'actor'));
end
$$;
