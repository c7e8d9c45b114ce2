-- The tokens of a deployment's ended waits that their sender has not sent for a second: it may have died in between.
create or replace function unsent_signals(deployment text) returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('deployID', w.deploy_id, 'number', w.number, 'token', w.token)), '[]')
    from deploy_waits w
    where w.deploy_id = deployment and w.token is not null and w.settle_time < clock_timestamp() - interval '1 second'
$$;
