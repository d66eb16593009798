-- Imports of tables, and the stored responses of requests that came with an Idempotency-Key.

create table imports (
    id            uuid primary key,
    -- Null: a registrar's import for all areas.
    area          text references areas (code),
    kind          text not null check (kind in ('csv', 'xlsx', 'json')),
    state         text not null check (state in ('running', 'done', 'failed')),
    inspection_id uuid references inspections (id),
    rows          integer not null default 0 check (rows >= 0),
    faults_count  integer not null default 0 check (faults_count >= 0),
    -- The first faults, as the API shows them.
    faults        jsonb not null default '[]',
    detail        text,
    issuer        text not null,
    subject       text not null,
    name          text,
    version       bigint not null default 1,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    finished_at   timestamptz,
    constraint imports_finished check ((state = 'running') = (finished_at is null))
);
create index imports_of_an_area on imports (area, created_at);
comment on table imports is 'Imports and idempotency: a table of recommendations that was sent, and its result';

create table idempotency_keys (
    -- A digest of the caller: the token's issuer and subject.
    caller      text not null,
    key         text not null,
    -- A digest of the request.
    fingerprint text not null,
    status      integer,
    headers     jsonb,
    body        bytea,
    -- The record that the response shows. A replay of the response is audited as a read of this record.
    area        text,
    resource    text,
    resource_id uuid,
    version     bigint,
    at          timestamptz not null,
    primary key (caller, key)
);
create index idempotency_keys_by_age on idempotency_keys (at);
comment on table idempotency_keys is 'Imports and idempotency: responses to POST requests, stored for 24 hours';
