-- args: {id, hash, name, role, service?, expiresAt?, actor}. Ids are the caller's, so that the same call again makes no other token.
create or replace function create_token(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
begin
  insert into api_tokens (id, hash, name, role, service, expire_time, created_by)
    values (args ->> 'id', args ->> 'hash', args ->> 'name', args ->> 'role', args ->> 'service',
      (args ->> 'expiresAt')::timestamptz, args -> 'actor')
    on conflict (id) do nothing;
  return query select token_document(t) from api_tokens t where t.id = args ->> 'id';
end
$$;
