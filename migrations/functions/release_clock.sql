-- A deployment's own clock, which stands still while it is paused. Its deadlines are kept in this time.
create or replace function release_clock(d deploy_tasks) returns timestamptz
language sql stable as $$
  select coalesce(d.pause_time, now()) - d.paused_for
$$;
