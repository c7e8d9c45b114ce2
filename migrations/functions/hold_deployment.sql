-- args: {deployID, generation, revision, kind: gate|failure, batch, reason}: stops a deployment until a person continues it. Answers the facts.
create or replace function hold_deployment(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := locked_deployment(args, 'deploying');
begin
  if d.id is not null then
    if args ->> 'kind' = 'gate' then
      update deploy_batches set state = 'gated' where deploy_id = d.id and index = (args ->> 'batch')::integer;
    end if;
    perform pause_at(d, args ->> 'kind', system_actor(), args ->> 'reason');
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
