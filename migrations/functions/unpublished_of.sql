-- The changes of a deployment that are still to be published, oldest first: as many as one look has time for, and its row room.
create or replace function unpublished_of(deployment text) returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(change order by id), '[]')
    from (
      select id, change, sum(octet_length(change::text)) over (order by id) as upto
        from (
          select e.id, change_document(e, d) as change
            from unpublished_changes u join deploy_events e on e.id = u.event_id join deploy_tasks d on d.id = u.deploy_id
            where u.deploy_id = deployment
            order by e.id limit 20
        ) first_ones
    ) sized
    where upto <= 32768
$$;
