-- Since when an instance's silence counts: nobody is blamed for the time in which the control plane was not up.
-- It is seen every minute; after more than two and a half minutes unseen nobody can be told silent.
create or replace function alive_since() returns timestamptz
language sql stable as $$
  select case when alive_time < now() - interval '150 seconds' then now() else up_since end from control_plane
$$;
