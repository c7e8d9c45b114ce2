-- What the API's callers show. Of a token itself only its hash is kept; a revoked one stays, so that its id and hash never come back.
create table api_tokens (
  id text collate "C" primary key,
  hash text collate "C" not null unique,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'agent', 'alerts', 'admin')),
  -- Not a foreign key: a token may be made before its service.
  service text collate "C",
  create_time timestamptz not null default clock_timestamp(),
  created_by jsonb not null,
  expire_time timestamptz,
  -- To the hour: a write for each call would be a write for each report.
  last_use_time timestamptz,
  revoke_time timestamptz,
  revoked_by jsonb
);

create index api_tokens_newest on api_tokens (create_time desc, id desc) where revoke_time is null;
