-- What is told of a token: never its hash.
create or replace function token_document(t api_tokens) returns jsonb
language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('row', 'token', 'id', t.id, 'name', t.name, 'role', t.role, 'service', t.service,
    'createTime', rfc3339(t.create_time), 'createdBy', t.created_by, 'expiresAt', rfc3339(t.expire_time),
    'lastUseTime', rfc3339(t.last_use_time)))
$$;
