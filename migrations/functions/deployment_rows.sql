-- A deployment as people see it: one row for itself, then one for each batch with its first 50 instances, so that
-- no row outgrows the 64 KB that the Data API promises.
create or replace function deployment_rows(deployment text) returns setof jsonb
language plpgsql stable as $$
declare
  d deploy_tasks;
begin
  select * into d from deploy_tasks where id = deployment;
  if not found then
    return;
  end if;
  return next deployment_document(d);
  return query select bounded.row from bounded_plan((
    select jsonb_agg(jsonb_build_object(
        'row', 'batch', 'index', b.index, 'size', b.size, 'bakeSeconds', b.bake_seconds,
        'state', b.state, 'done', b.done, 'failed', b.failed,
        'instances', coalesce((
          select jsonb_agg(f.instance_id order by f.position)
            from (
              select i.instance_id, i.position from deploy_instances i
                where i.deploy_id = b.deploy_id and i.batch = b.index
                order by i.position limit 50
            ) f
        ), '[]')) order by b.index)
      from deploy_batches b where b.deploy_id = deployment)) bounded;
end
$$;
