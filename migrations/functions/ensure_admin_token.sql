-- args: {hash, replace}. Makes the first admin token. One of another hash is replaced where that is asked for: its secret has been
-- changed. One that was revoked stays so under the same hash.
create or replace function ensure_admin_token(args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
begin
  insert into api_tokens (id, hash, name, role, created_by)
    values ('admin', args ->> 'hash', 'admin', 'admin', system_actor())
    on conflict (id) do update
      set hash = excluded.hash, create_time = excluded.create_time, last_use_time = null, revoke_time = null, revoked_by = null
      where (args ->> 'replace')::boolean and api_tokens.hash <> excluded.hash;
  return next jsonb_build_object('row', 'token', 'changed', found);
end
$$;
