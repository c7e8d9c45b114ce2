-- Whether a report was overtaken by a later one of the same instance: it is answered, not stored.
create or replace function is_older_report(args jsonb, i service_instances) returns boolean
language sql immutable as $$
  select coalesce((args ->> 'sequence')::bigint < i.sequence, false)
$$;
