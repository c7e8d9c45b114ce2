-- args: {signals: [{deployID, number, token}]}: these tokens were sent. A newer one that took a sent one's place meanwhile stays.
create or replace function clear_token(args jsonb) returns setof jsonb
language sql as $$
  update deploy_waits w set token = null
    from jsonb_to_recordset(args -> 'signals') sent ("deployID" text, number integer, token text)
    where w.deploy_id = sent."deployID" and w.number = sent.number and w.token = sent.token;
  select '{}'::jsonb where false
$$;
