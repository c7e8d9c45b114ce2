-- Who changes an edge of the dependency graph holds this lock until its transaction ends.
create or replace function lock_service_graph() returns void
language sql as $$
  select pg_advisory_xact_lock(hashtextextended('service graph', 0))
$$;
