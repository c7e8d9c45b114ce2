-- A deployment, whose service its caller has locked, begins: what fires at this moment on its service, or on one that depends on it,
-- is none of its doing.
create or replace function note_baseline(d deploy_tasks) returns void
language plpgsql as $$
declare
  firing alerts[];
  reported alerts[];
  noted bigint;
  shown jsonb;
  names text;
begin
  perform lock_release_starts(true);
  firing := array(select a from alerts a where a.resolve_time is null);
  reported := array(
    select state_alert(r, s.name) from service_states r join services s on s.id = r.service_id
      where r.resolve_time is null and r.health <> 'normal');
  if firing = '{}' and reported = '{}' then
    return;
  end if;
  with stored as (
    insert into deploy_alerts (deploy_id, source, fingerprint, start_time, health, name, service, version, message, path, state)
      select deploy_id, source, fingerprint, start_time, health, name, service, version, message, path, 'baseline'
        from (select * from new_alerts('alert', firing, array[d.id]) union all select * from new_alerts('state', reported, array[d.id])) n
      returning *
  ), placed as (
    select s::deploy_alerts as a, row_number() over (order by s.health = 'error' desc, s.start_time, s.fingerprint) as place from stored s
  )
  select count(*), jsonb_agg(alert_details(a) #- '{alert,message}' order by place) filter (where place <= 20),
      string_agg(format('%s (%s) on %s', (a).name, (a).health, (a).service), ', ' order by place) filter (where place <= 5)
    into noted, shown, names from placed;
  if noted > 0 then
    perform add_event(d.id, 'alertsAtStart', system_actor(), details => jsonb_build_object('alerts', shown),
      reason => names || case when noted > 5 then format(', and %s more', noted - 5) else '' end);
  end if;
end
$$;
