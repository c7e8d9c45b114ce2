create or replace function service_document(service_name text) returns jsonb
language sql stable as $$
  select jsonb_build_object('row', 'service', 'name', o.name, 'deployState', o.deploy_state, 'health', o.health, 'deps', to_jsonb(o.deps))
    from service_overview o where o.name = service_name
$$;
