-- As it was before a pause had details.
drop function if exists pause_at(deploy_tasks, text, jsonb, text, text);

-- Pauses a deploying deployment that its caller has locked: nobody is told anything new from this moment on. Ends the wait
-- it is in and opens the one for a person. Answers the ended wait's token as settle_wait does.
create or replace function pause_at(
  d deploy_tasks, kind text, actor jsonb, why text, operation text default null, details jsonb default null
) returns jsonb
language plpgsql as $$
declare
  tokens jsonb := settle_wait(d.id);
begin
  update deploy_tasks
    set status = 'paused', pause_kind = kind, pause_time = now(), reason = why, revision = revision + 1
    where id = d.id;
  perform open_wait(d.id, kind, nullif(d.current_batch, -1), null);
  perform add_event(d.id, case kind when 'pause' then 'paused' when 'gate' then 'gateReached' else 'pausedOn' || initcap(kind) end,
    actor, 'deploying', 'paused', nullif(d.current_batch, -1), null, why, operation, details);
  return tokens;
end
$$;
