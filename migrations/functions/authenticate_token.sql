-- args: {hash}. Nothing for a token that is unknown, revoked or expired. Notes its use at most once an hour, and waits for nobody to do so.
create or replace function authenticate_token(args jsonb) returns setof jsonb
language plpgsql as $$
declare
  t api_tokens;
begin
  select * into t from api_tokens
    where hash = args ->> 'hash' and revoke_time is null and (expire_time is null or expire_time > now());
  if not found then
    return;
  end if;
  if t.last_use_time is null or t.last_use_time < now() - interval '1 hour' then
    update api_tokens set last_use_time = now()
      where id = (select id from api_tokens where id = t.id and last_use_time is not distinct from t.last_use_time for update skip locked);
  end if;
  return next jsonb_strip_nulls(jsonb_build_object('row', 'token', 'id', t.id, 'name', t.name, 'role', t.role, 'service', t.service,
    'expireSeconds', extract(epoch from t.expire_time)));
end
$$;
