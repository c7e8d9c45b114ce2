-- The batches of a plan as far as one answer of the Data API holds them: past 700 KB they name no instances, and no more than
-- 1,000 such follow.
create or replace function bounded_plan(batches jsonb) returns table ("row" jsonb)
language sql stable as $$
  select case when upto <= 700000 then batch else batch || '{"instances": []}' end
    from (
      select batch, ordinality, sum(octet_length(batch::text)) over (order by ordinality) as upto,
          count(*) filter (where too_many) over (order by ordinality) as bare
        from (
          select batch, ordinality, sum(octet_length(batch::text)) over (order by ordinality) > 700000 as too_many
            from jsonb_array_elements(batches) with ordinality as given (batch, ordinality)
        ) measured
    ) counted
    where bare <= 1000
    order by ordinality
$$;
