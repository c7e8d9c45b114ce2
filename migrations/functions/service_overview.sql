-- Each service with the two things that are derived: the state of its deployment and the worst of its health.
create or replace view service_overview as
select s.name, s.id, s.deps,
    coalesce(d.status, case when s.current_version is null then 'unreleased' else 'deployed' end) as deploy_state,
    (array['normal', 'warning', 'error'])[1 + greatest(i.severity, r.severity, a.severity, 0)] as health,
    s.current_version, s.create_time
  from services s
  cross join (select alive_since() as since offset 0) alive
  left join deploy_tasks d on d.id = s.governing_deploy_id
  left join lateral (
    select max(case
        when i.health = 'error' then 2
        when i.health = 'warning' or is_lost(i, alive.since) then 1
        else 0
      end) as severity
      from service_instances i where i.service_id = s.id
  ) i on true
  left join lateral (
    select max(case r.health when 'error' then 2 when 'warning' then 1 else 0 end) as severity
      from service_states r where r.service_id = s.id and r.resolve_time is null
  ) r on true
  left join lateral (
    select max(case a.health when 'error' then 2 else 1 end) as severity
      from alerts a where a.service = s.name and a.resolve_time is null
  ) a on true;
