-- Whether this very request was carried out before: its sender did not learn whether it ran, and sent it again.
create or replace function operation_done(args jsonb) returns boolean
language sql stable as $$
  select exists (select from deploy_events where operation_id = args ->> 'operationID')
$$;
