alter table deploy_events
  -- The facts of what was decided, as JSON; what they are depends on the type of the event.
  add column details jsonb;
