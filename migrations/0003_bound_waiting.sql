-- A statement ends before its caller's patience does, and a caller that died inside a transaction holds nothing for long.
do $$
begin
  execute format('alter role %I in database %I set statement_timeout = ''20s''', current_user, current_database());
  execute format('alter role %I in database %I set idle_in_transaction_session_timeout = ''10s''', current_user, current_database());
end
$$;
