-- args: {deployID, since, look?, part?}: stored counts in order, after that one, as many as fit one answer: those of history, and those of
-- looks after `since`. Answers {row: sample, look, part, buckets, counts}.
create or replace function stored_samples(args jsonb) returns setof jsonb
language sql stable as $$
  select jsonb_build_object('row', 'sample', 'look', s.look, 'part', s.part, 'buckets', s.buckets, 'counts', s.counts)
    from (
      select *, sum(octet_length(counts) + octet_length(buckets::text) + 100) over (order by look, part) as size
        from deploy_samples
        where deploy_id = args ->> 'deployID' and (look < 0 or look > (args ->> 'since')::integer)
          and (args -> 'look' is null or (look, part) > ((args ->> 'look')::integer, (args ->> 'part')::integer))
    ) s
    where s.size <= 400000 order by s.look, s.part
$$;
