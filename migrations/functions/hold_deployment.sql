-- args: {deployID, generation, revision, kind: gate|failure|alert|analysis, batch, reason, details?, acceptedTally?}: stops a deployment
-- until a person continues it. Answers the facts.
create or replace function hold_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := locked_deployment(args, 'deploying');
begin
  if d.id is not null then
    if args ->> 'kind' = 'gate' then
      update deploy_batches set state = 'gated' where deploy_id = d.id and index = (args ->> 'batch')::integer;
    elsif args ->> 'kind' = 'alert' then
      update deploy_alerts set state = 'acted' where deploy_id = d.id and state = 'open';
    elsif args ->> 'kind' = 'analysis' then
      update deploy_analyses
        -- Past its last look a bake is looked at once more before it goes on: what was accepted may have hidden something.
        set accepted_tally = args -> 'acceptedTally', due = coalesce(due, release_clock(d))
        where deploy_id = d.id;
    end if;
    if args ->> 'kind' in ('alert', 'analysis') then
      update deploy_batches set anomaly = left(args ->> 'reason', 300) where deploy_id = d.id and index = (args ->> 'batch')::integer;
    end if;
    perform pause_at(d, args ->> 'kind', system_actor(), args ->> 'reason', details => args -> 'details');
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
