-- What a batch was stopped by other than its instances, in words: an alert, or a look at what was measured. The last of them.
alter table deploy_batches add column anomaly text;
