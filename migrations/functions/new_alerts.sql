-- Which of these alerts are news to which of these deployments, as rows that are still to be stored: one on the released service, or on
-- one that depends on it, that was not known, or not as one that bad. What has ended by its own start is none. Whoever stores them has
-- locked the deployments.
create or replace function new_alerts(source text, fired alerts[], deployments text[]) returns setof deploy_alerts
language sql stable as $$
  select d.id, new_alerts.source, f.fingerprint, f.start_time, f.health, f.name, f.service, f.version, f.message, to_jsonb(p.path),
      case
        -- Told late; one that was known then has got worse.
        when f.start_time < since.start_time and not exists (
          select from deploy_alerts k
            where k.deploy_id = d.id and k.source = new_alerts.source and k.fingerprint = f.fingerprint and k.start_time = f.start_time)
          then 'baseline'
        when d.status = 'rollingBack' then 'late'
        when d.on_alert = 'ignore' or is_remark(new_alerts.source, f.health) then 'ignored'
        when f.service = d.service and f.version <> d.version then 'otherVersion'
        else 'open'
      end, clock_timestamp()
    from deploy_tasks d
    join dependency_paths(
        array(select distinct a.service from unnest(fired) a), array(select t.service from deploy_tasks t where t.id = any (deployments))) p
      on p.target = d.service
    join unnest(fired) f on f.service = p.origin
    -- A start in whole seconds may lie anywhere in its second: it is none of before the release unless all of it is.
    cross join lateral (
      select case when f.start_time = date_trunc('second', f.start_time) then date_trunc('second', d.start_time) else d.start_time end as start_time
    ) since
    where d.id = any (deployments) and d.status in ('deploying', 'paused', 'rollingBack')
      and coalesce(f.resolve_time > d.start_time, true)
      and not exists (
        select from deploy_alerts k
          where k.deploy_id = d.id and k.source = new_alerts.source and k.fingerprint = f.fingerprint and k.start_time = f.start_time
            and k.health in (f.health, 'error'))
$$;
