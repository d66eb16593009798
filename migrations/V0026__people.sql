-- The people of each area, and the person to whom each side of an area has given a record.

create table people (
    id            uuid primary key,
    area          text not null references areas (code),
    side          text not null check (side in ('policing_body', 'force')),
    issuer        text not null,
    subject       text not null,
    name          text not null,
    -- The roles of this side, as the last token had them. Empty: no token was seen.
    roles         text[] not null default '{}',
    -- False: the area states that the person has left, or no longer works on its records. Nothing is deleted.
    active        boolean not null default true,
    -- The days in London. They are no part of the audit log.
    first_seen_on date,
    last_seen_on  date,
    version       bigint not null default 1,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
-- A person with roles of both sides has an entry of each.
create unique index people_one_entry on people (area, side, issuer, published.label_key(subject));
comment on table people is 'People: who works for which side of an area, from tokens and from the area''s own entries';

create table assignees (
    resource    text not null check (resource in ('response', 'assignment', 'evidence')),
    resource_id uuid not null,
    area        text not null references areas (code),
    -- The side that gave its person the record. The other side does not see it.
    side        text not null check (side in ('policing_body', 'force')),
    -- Null: nobody any more.
    person_id   uuid references people (id),
    primary key (resource_id, side)
);
create index assignees_of_a_person on assignees (person_id);
comment on table assignees is 'People: the person to whom a side has given a response, an assignment or an item of evidence';
