-- Writes the end of a deployment that its caller has locked, and its event.
create or replace function end_deployment(d deploy_tasks, final_status text, why text) returns void
language plpgsql as $$
begin
  update deploy_tasks set status = final_status, finish_time = clock_timestamp(), reason = why, revision = revision + 1, faults_in_a_row = 0
    where id = d.id;
  perform add_event(d.id, final_status, system_actor(), d.status, final_status, reason => why);
end
$$;
