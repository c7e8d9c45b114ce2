-- Takes out of the plan of a locked deployment the instances that left its service while it did not govern it: nobody could
-- wait for them to come back.
create or replace function drop_gone_instances(d deploy_tasks) returns void
language sql as $$
  with gone as (
    delete from deploy_instances di
      where di.deploy_id = d.id
        and not exists (select from service_instances i where i.id = di.instance_id and i.service_id = d.service_id)
      returning di.batch, di.state, di.target_time
  ), leaving as (
    select batch, count(*) as all_of_them,
        count(*) filter (where state = 'updated' or (state in ('undoing', 'undone', 'undoFailed') and target_time is not null)) as updated,
        count(*) filter (where state = 'failed') as not_updated,
        count(*) filter (where state in ('undoing', 'undone', 'undoFailed')) as undo_members,
        count(*) filter (where state = 'undone') as undone,
        count(*) filter (where state = 'undoFailed') as not_undone
      from gone group by batch
  ), shrunk as (
    update deploy_batches b
      set size = size - all_of_them, done = done - updated,
        failed = least(failed - not_updated, size - all_of_them - (done - updated)),
        undo_size = undo_size - undo_members, undo_done = undo_done - undone, undo_failed = undo_failed - not_undone
      from leaving l where b.deploy_id = d.id and b.index = l.batch
  )
  update deploy_tasks set total = total - (select count(*) from gone) where id = d.id;
$$;
