-- Whoever starts a release holds this lock alone, from before it looks which alerts fire until its transaction ends; those who bring
-- alerts share it, from after they have stored them. So a release finds an alert, or is found by it. Taken after services and before
-- deployments.
create or replace function lock_release_starts(is_start boolean) returns void
language plpgsql as $$
begin
  if is_start then
    perform pg_advisory_xact_lock(hashtextextended('release starts', 0));
  else
    perform pg_advisory_xact_lock_shared(hashtextextended('release starts', 0));
  end if;
end
$$;
