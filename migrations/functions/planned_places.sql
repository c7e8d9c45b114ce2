-- Which batch each place of a plan's order falls into, and how manieth of its batch it is. batches: [{size}].
create or replace function planned_places(batches jsonb) returns table (batch integer, place_in_batch bigint, place_in_plan bigint)
language sql stable as $$
  select (ordinality - 1)::integer, place, row_number() over (order by ordinality, place)
    from jsonb_array_elements(batches) with ordinality as given (batch, ordinality)
    cross join lateral generate_series(1, (given.batch ->> 'size')::integer) place
$$;
