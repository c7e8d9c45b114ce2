-- What a service has in place of the defaults: {metrics?: {name: template of PromQL}}.
alter table services add column settings jsonb not null default '{}';
