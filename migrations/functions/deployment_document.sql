-- The row of a deployment, without its plan.
create or replace function deployment_document(d deploy_tasks) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'row', 'deployment', 'id', d.id, 'service', d.service, 'version', d.version, 'previousVersion', d.previous_version,
    'status', d.status, 'generation', d.generation, 'revision', d.revision, 'strategy', d.strategy,
    'analysis', d.analysis, 'lastLook', case when d.analysis is not null then last_look(d.id) end, 'onAlert', d.on_alert,
    'description', d.description, 'reason', d.reason, 'forced', d.forced, 'planned', d.planned, 'total', d.total,
    'createTime', rfc3339(d.create_time), 'scheduleTime', rfc3339(d.schedule_time),
    'startTime', rfc3339(d.start_time), 'finishTime', rfc3339(d.finish_time),
    'done', (select coalesce(sum(b.done), 0) from deploy_batches b where b.deploy_id = d.id),
    'failed', (select coalesce(sum(b.failed), 0) from deploy_batches b where b.deploy_id = d.id),
    'batchCount', (select count(*) from deploy_batches b where b.deploy_id = d.id),
    'waitingFor', (
      select jsonb_build_object('id', w.number::text, 'kind', w.kind, 'batch', w.batch)
        from deploy_waits w
        where d.status = 'paused' and w.deploy_id = d.id and w.number = d.wait_number and w.settle_time is null))
$$;
