-- args: {id, actor}
create or replace function revoke_token(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
begin
  update api_tokens set revoke_time = now(), revoked_by = args -> 'actor' where id = args ->> 'id' and revoke_time is null;
  if not found then
    return next refused('tokenNotFound');
  else
    return next jsonb_build_object('row', 'token', 'id', args ->> 'id');
  end if;
end
$$;
