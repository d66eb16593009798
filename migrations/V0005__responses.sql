-- The statutory file: one response per inspection and area (Police Act 1996 s.55). Its texts are rows of their own, so
-- that row security can keep each side's drafts from the other side.

create table responses (
    id                  uuid primary key,
    inspection_id       uuid not null references inspections (id),
    area                text not null references areas (code),
    state               text not null,
    edition             integer not null default 1,
    invited_on          date,
    comments_due_on     date,
    comments_status     text not null default 'awaited',
    comments_late       boolean not null default false,
    signed_by           text,
    signed_at           timestamptz,
    submitted_issuer    text,
    submitted_subject   text,
    approved_issuer     text,
    approved_subject    text,
    approved_by         text,
    approved_at         timestamptz,
    approved_sha256     text,
    not_required_reason text,
    duplicate_of        uuid references inspections (id),
    not_required_note   text,
    version             bigint not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    constraint responses_one_per_area unique (inspection_id, area)
);
create index responses_by_area on responses (area, inspection_id);
comment on table responses is 'Responses: the statutory response of one area to one inspection';

create table response_texts (
    response_id uuid not null references responses (id),
    area        text not null,
    part        text not null check (part in ('policing_body_comments', 'reply_to_chief_officer',
                                              'chief_officer_draft', 'chief_officer_comments')),
    text        text not null,
    updated_at  timestamptz not null,
    -- Search words of a text that is not published yet.
    search_vector       tsvector generated always as (published.search_vector(null, text)) stored,
    constraint response_texts_once primary key (response_id, part)
);
comment on table response_texts is 'Responses: the comments and the reply, each readable by the side that writes it';

create table explanations (
    response_id       uuid not null references responses (id),
    recommendation_id uuid not null references recommendations (id),
    area              text not null,
    branch            text not null,
    text              text not null,
    updated_at        timestamptz not null,
    search_vector             tsvector generated always as (published.search_vector(null, text)) stored,
    primary key (response_id, recommendation_id)
);
comment on table explanations is 'Responses: the action taken or proposed, or why none, for one recommendation (s.55(5B))';
