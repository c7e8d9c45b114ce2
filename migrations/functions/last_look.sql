-- What the last look at a deployment found, and why, in short; null: there was none, or it was kept for its time.
create or replace function last_look(deployment text) returns jsonb
language sql stable as $$
  select jsonb_build_object('number', l.number, 'batch', l.batch, 'time', rfc3339(l.time), 'verdict', l.verdict,
      'reason', left(coalesce(
        case l.verdict when 'noData' then l.facts ->> 'silence' when 'providerError' then l.facts ->> 'error' end,
        (select c ->> 'reason' from jsonb_array_elements(l.facts -> 'checks') c where c ->> 'verdict' = l.verdict limit 1)), 500))
    from deploy_looks l
    where l.deploy_id = deployment
    order by l.number desc limit 1
$$;
