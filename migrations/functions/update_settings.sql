-- args: {service, metrics?: {name: template, or null for the default}}. What is not named stays.
create or replace function update_settings(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  kept jsonb;
begin
  update services
    set settings = settings || jsonb_build_object('metrics',
      jsonb_strip_nulls(coalesce(settings -> 'metrics', '{}') || coalesce(args -> 'metrics', '{}')))
    where name = args ->> 'service'
    returning settings into kept;
  if not found then
    return next refused('serviceNotFound');
    return;
  end if;
  return next jsonb_build_object('row', 'settings', 'settings', kept);
end
$$;
