create or replace function system_actor() returns jsonb
language sql immutable as $$
  select '{"name": "service-manager", "role": "system"}'::jsonb
$$;
