-- args: {service, metrics?: {name: template, or null for the default}, analysis?: policy, or null for none}. What is not named stays.
-- Answers rows of their own for each, as a row has 64 KB at most.
create or replace function update_settings(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  kept jsonb;
  policy jsonb;
begin
  update services
    set settings = settings || jsonb_build_object('metrics',
      jsonb_strip_nulls(coalesce(settings -> 'metrics', '{}') || coalesce(args -> 'metrics', '{}'))),
      analysis = case when args ? 'analysis' then nullif(args -> 'analysis', 'null') else analysis end
    where name = args ->> 'service'
    returning settings, analysis into kept, policy;
  if not found then
    return next refused('serviceNotFound');
    return;
  end if;
  return next jsonb_build_object('row', 'settings', 'settings', kept);
  return next jsonb_build_object('row', 'analysis', 'analysis', policy);
end
$$;
