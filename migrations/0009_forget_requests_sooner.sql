-- A request without a key of its own is asked for again within seconds only, and most are: their answers go after an hour. Each row
-- is in one of the two.
drop index idempotency_keys_oldest;

create index idempotency_keys_of_clients on idempotency_keys (create_time) where key not like 'request %';

create index idempotency_keys_of_requests on idempotency_keys (create_time) where key like 'request %';
