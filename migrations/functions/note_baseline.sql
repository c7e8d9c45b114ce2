-- A deployment, whose service its caller has locked, begins: what fires at this moment on its service, or on one that depends on it,
-- is none of its doing.
create or replace function note_baseline(d deploy_tasks) returns void
language plpgsql as $$
declare
  firing alerts[];
  reported alerts[];
  noted bigint;
  first_ones jsonb;
begin
  perform lock_release_starts(true);
  firing := array(select a from alerts a where a.resolve_time is null);
  reported := array(
    select state_alert(r, s.name) from service_states r join services s on s.id = r.service_id
      where r.resolve_time is null and r.health = 'error');
  if firing = '{}' and reported = '{}' then
    return;
  end if;
  with stored as (
    insert into deploy_alerts (deploy_id, source, fingerprint, start_time, health, name, service, version, message, path, state)
      select deploy_id, source, fingerprint, start_time, health, name, service, version, message, path, 'baseline'
        from (select * from new_alerts('alert', firing, array[d.id]) union all select * from new_alerts('state', reported, array[d.id])) n
      returning *
  ), shown as (
    select s::deploy_alerts as a from stored s order by s.health = 'error' desc, s.start_time, s.fingerprint limit 20
  )
  select (select count(*) from stored), (select jsonb_agg(alert_details(a) #- '{alert,message}') from shown) into noted, first_ones;
  if noted > 0 then
    perform add_event(d.id, 'alertsAtStart', system_actor(),
      reason => format('%s that fire already stop nothing', noted), details => jsonb_build_object('alerts', first_ones));
  end if;
end
$$;
