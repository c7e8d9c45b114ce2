-- Does what a request asks, once for each key: the same request again gets the rows of the first answer, another
-- request under that key is refused. Requests with one key wait for each other.
create or replace function call_once(key text, fingerprint text, function_name text, args jsonb) returns setof jsonb
language plpgsql set lock_timeout = '3s' as $$
declare
  known idempotency_keys;
  rows jsonb;
begin
  perform pg_advisory_xact_lock(hashtextextended('idempotency key ' || call_once.key, 0));
  select * into known from idempotency_keys k where k.key = call_once.key;
  if not found then
    execute format('select coalesce(jsonb_agg(r), ''[]'') from %I($1) r', function_name) into rows using args;
    insert into idempotency_keys (key, fingerprint, answer) values (call_once.key, call_once.fingerprint, rows);
  elsif known.fingerprint <> call_once.fingerprint then
    rows := '[{"row": "refused", "code": "idempotencyKeyReused"}]';
  else
    rows := known.answer;
  end if;
  return query select jsonb_array_elements(rows);
end
$$;
