-- args: {eventIDs}: these changes have been published.
create or replace function forget_changes(args jsonb) returns setof jsonb
language sql as $$
  delete from unpublished_changes u
    using jsonb_array_elements_text(args -> 'eventIDs') published (event_id)
    where u.event_id = published.event_id::bigint;
  select '{}'::jsonb where false
$$;
