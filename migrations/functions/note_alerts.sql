-- Stores what alerts, or reported states, mean to the releases under way, and ends the wait of each that is to act on one. Answers the
-- tokens as settle_wait does. The caller has stored them, and holds no deployment.
create or replace function note_alerts(source text, fired alerts[], actor jsonb) returns jsonb
language plpgsql as $$
declare
  concerned text[];
  fresh deploy_alerts[];
  d deploy_tasks;
  tokens jsonb := '[]';
begin
  perform lock_release_starts(false);
  concerned := array(select id from deploy_tasks where status in ('deploying', 'paused', 'rollingBack'));
  if concerned = '{}' then
    return '[]';
  end if;
  -- Most deliveries bring nothing new, and are in nobody's way.
  concerned := array(select distinct n.deploy_id from new_alerts(note_alerts.source, fired, concerned) n);
  perform from deploy_tasks where id = any (concerned) order by id for no key update;
  with stored as (
    insert into deploy_alerts
      select n.* from new_alerts(note_alerts.source, fired, concerned) n order by n.start_time, n.fingerprint, n.health
      on conflict do nothing
      returning *
  )
  select coalesce(array_agg(s::deploy_alerts), '{}') into fresh from stored s;
  perform add_event(a.deploy_id, case a.source when 'alert' then 'alertFired' else 'stateReported' end, actor,
      details => alert_details(a), reason => case
        when a.state = 'baseline' then 'it began before the release'
        when a.state = 'late' then 'the release is being rolled back already'
        when is_remark(a.source, a.health) then 'a warning alone stops nothing'
        when a.state = 'otherVersion' then 'it is about another version'
        else (select 'onAlert is ' || on_alert from deploy_tasks where id = a.deploy_id)
      end)
    from unnest(fresh) a;
  for d in
    update deploy_tasks set revision = revision + 1
      where id in (select a.deploy_id from unnest(fresh) a where a.state = 'open') returning *
  loop
    -- Who is paused already is held up by no alert, but rolls back.
    if d.status = 'deploying' or d.on_alert = 'rollback' then
      tokens := tokens || settle_wait(d.id);
    end if;
  end loop;
  return tokens;
end
$$;
