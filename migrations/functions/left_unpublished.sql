-- Answers {row: unpublished, changes} for each change that nobody has published for ten seconds, oldest first, as many as one
-- answer surely holds; together they could outgrow a row. Who should have may have died, or EventBridge was away.
create or replace function left_unpublished() returns setof jsonb
language sql stable as $$
  select jsonb_build_object('row', 'unpublished', 'changes', jsonb_build_array(change_document(e, d)))
    from unpublished_changes u join deploy_events e on e.id = u.event_id join deploy_tasks d on d.id = u.deploy_id
    where e.time < now() - interval '10 seconds'
    order by e.id limit 50
$$;
