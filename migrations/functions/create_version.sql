-- args: {service, version, artifact?, description?}
create or replace function create_version(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  owner bigint;
  made service_versions;
begin
  select id into owner from services where name = args ->> 'service' for key share;
  if not found then
    return next refused('serviceNotFound');
    return;
  end if;
  insert into service_versions (service_id, version, artifact, description)
    values (owner, args ->> 'version', args ->> 'artifact', args ->> 'description')
    on conflict do nothing returning * into made;
  if not found then
    return next refused('versionExists');
    return;
  end if;
  return next jsonb_build_object('row', 'version', 'version', made.version, 'createTime', rfc3339(made.create_time),
    'artifact', made.artifact, 'description', made.description);
end
$$;
