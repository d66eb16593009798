-- Answers of POST requests that came with an Idempotency-Key: kept with the write they answer, for a day, and given again
-- to the same caller alone.

create function scope_caller() returns text stable language sql
    return nullif(current_setting('section55.caller', true), '');

create table idempotency_keys (
    -- A digest of who calls: the token's issuer and subject.
    caller      text not null,
    key         text not null,
    -- A digest of what was asked.
    fingerprint text not null,
    status      integer,
    headers     jsonb,
    body        bytea,
    -- Of which record it told, so that giving it again is recorded too.
    area        text,
    resource    text,
    resource_id uuid,
    version     bigint,
    at          timestamptz not null,
    primary key (caller, key)
);
create index idempotency_keys_by_age on idempotency_keys (at);

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy idempotency_keys_own on idempotency_keys for all to section55_app using (caller = (select scope_caller()));
create policy idempotency_keys_kept on idempotency_keys for all to section55_owner using (true);
grant select, insert, update on idempotency_keys to section55_app;

-- Whoever runs it, what it takes away is old.
create function sweep_idempotency_keys(before timestamptz) returns bigint
security definer set search_path = record, pg_temp language sql as $$
    with gone as (delete from idempotency_keys where at < before returning 1) select count(*) from gone
$$;
revoke all on function sweep_idempotency_keys(timestamptz) from public;
grant execute on function sweep_idempotency_keys(timestamptz) to section55_app;
