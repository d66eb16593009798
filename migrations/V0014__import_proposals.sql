-- Files that were read as proposals. A person answers the open questions of a proposal and accepts it; until then, nothing is
-- registered.

create table import_proposals (
    id               uuid primary key,
    -- Null: a registrar's import for no area.
    area             text references areas (code),
    -- Registrars see the imports that a registrar started.
    by_registrar     boolean not null,
    state            text not null check (state in ('proposed', 'accepted', 'discarded', 'undone')),
    format           text not null,
    filename         text not null,
    media_type       text not null,
    size             bigint not null check (size > 0),
    -- The file's bytes are in the object store under this digest.
    sha256           text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    -- The proposal as it was read, without answers.
    reading          jsonb not null,
    -- The tables of the file, which are read again if a person corrects the member of a column. Null: no tables.
    document         jsonb,
    -- The answers of a person, by JSON Pointer.
    answers          jsonb not null default '{}',
    -- What accepting wrote.
    inspection_id    uuid references inspections (id),
    response_id      uuid references responses (id),
    -- The versions of the records that accepting wrote, which undoing compares. JSON null: not accepted.
    accepted         jsonb not null default 'null',
    accepted_issuer  text,
    accepted_subject text,
    issuer           text not null,
    subject          text not null,
    name             text,
    version          bigint not null default 1,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    -- When the service discards the proposal, unless a person has decided on it.
    expires_at       timestamptz not null,
    finished_at      timestamptz,
    constraint import_proposals_of_someone check (area is not null or by_registrar),
    constraint import_proposals_finished check ((state = 'proposed') = (finished_at is null))
);
create index import_proposals_of_an_area on import_proposals (area, created_at);
create index import_proposals_of_a_file on import_proposals (sha256);
create index import_proposals_expiring on import_proposals (expires_at) where state = 'proposed';
create index import_proposals_of_an_inspection on import_proposals (inspection_id);
comment on table import_proposals is 'Imports and idempotency: a file that was read as a proposal, with the answers of a person';
