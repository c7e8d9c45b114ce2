-- Whether the record of a deployment that has ended may still be rolled back by: it governs its service, or is the latest of it.
create or replace function is_record_needed(d deploy_tasks) returns boolean
language sql stable as $$
  select d.start_time is not null and d.status <> 'rolledBack'
    and exists (select from services where id = d.service_id)
    and (
      exists (select from services where id = d.service_id and governing_deploy_id = d.id)
      or not exists (
        select from deploy_tasks later
          where later.service_id = d.service_id and later.start_time > d.start_time and later.status not in ('scheduled', 'rolledBack')))
$$;
