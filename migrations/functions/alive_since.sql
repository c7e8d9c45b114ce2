-- Since when an instance's silence counts: nobody is blamed for the time in which the control plane was not up.
-- It is seen every minute, or every hour where that would wake the database; unseen for longer than that, nobody can be told silent.
create or replace function alive_since() returns timestamptz
language sql stable as $$
  select case when alive_time < now() - unseen_for then now() else up_since end from control_plane
$$;
