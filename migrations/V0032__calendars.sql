-- Calendars with a secret address, to which a calendar program subscribes without a token.

create table calendars (
    id            uuid primary key,
    -- The person who made the calendar, and the roles and areas with which it reads.
    owner_issuer  text not null,
    owner_subject text not null,
    roles         text[] not null check (cardinality(roles) > 0),
    areas         text[] not null check (cardinality(areas) > 0),
    -- Null: deadlines of every kind.
    kinds         text[],
    description   text,
    -- The SHA-256 of the secret. The secret itself is not stored.
    secret_sha256 bytea not null unique check (octet_length(secret_sha256) = 32),
    -- The events that the calendar has shown, so that it can tell what has changed and what has fallen away.
    shown         jsonb not null default '[]',
    -- The day in London of the last request to the address. It is no part of the audit log.
    last_used_on  date,
    version       bigint not null default 1,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
create index calendars_of_a_person on calendars (owner_issuer, published.label_key(owner_subject));
comment on table calendars is 'Deadlines: calendars with a secret address, each of one person';
