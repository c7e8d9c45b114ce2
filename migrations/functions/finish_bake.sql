-- args: {deployID, generation, revision, batch}: ends a bake whose time is over. Answers the facts.
create or replace function finish_bake(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  d deploy_tasks := locked_deployment(args, 'deploying');
begin
  update deploy_batches set state = 'done'
    where deploy_id = d.id and index = (args ->> 'batch')::integer and state = 'baking' and bake_due <= release_clock(d)
      and not exists (select from deploy_analyses where deploy_id = d.id and due is not null);
  if found then
    update deploy_tasks set revision = revision + 1 where id = d.id;
    perform add_event(d.id, 'bakeDone', system_actor(), batch => (args ->> 'batch')::integer);
  end if;
  return next deployment_facts(args ->> 'deployID');
end
$$;
