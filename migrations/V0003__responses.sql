-- The statutory file: one response per inspection and area. The texts stand apart from it and from one another, each
-- behind the side that writes it: the force cannot read the policing body's drafts, nor the other way round.

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

create table response_texts (
    response_id uuid not null references responses (id),
    area        text not null,
    part        text not null check (part in ('policing_body_comments', 'reply_to_chief_officer',
                                              'chief_officer_draft', 'chief_officer_comments')),
    text        text not null,
    updated_at  timestamptz not null,
    constraint response_texts_once primary key (response_id, part)
);

create table explanations (
    response_id       uuid not null references responses (id),
    recommendation_id uuid not null references recommendations (id),
    area              text not null,
    branch            text not null,
    text              text not null,
    updated_at        timestamptz not null,
    primary key (response_id, recommendation_id)
);

alter table responses enable row level security;
alter table responses force row level security;
alter table response_texts enable row level security;
alter table response_texts force row level security;
alter table explanations enable row level security;
alter table explanations force row level security;

create policy responses_seen on responses for select to section55_app using (area = any ((select scope_areas())::text[]));
create policy responses_moved on responses for update to section55_app using (area = any ((select scope_areas())::text[]));
-- Publishing an inspection opens the response of every subject area; nothing but a fresh one can be put in so.
create policy responses_opened on responses for insert to section55_app
    with check (state = 'received' and version = 1 and edition = 1 and approved_at is null);

create policy response_texts_seen on response_texts for select to section55_app using (
    area = any ((select scope_areas())::text[]) and (
        'audit' = any ((select scope_sides())::text[])
        or 'policing_body' = any ((select scope_sides())::text[]) and part <> 'chief_officer_draft'
        or 'force' = any ((select scope_sides())::text[]) and part in ('chief_officer_draft', 'chief_officer_comments')));
create policy response_texts_written on response_texts for all to section55_app using (
    area = any ((select scope_areas())::text[]) and (
        'policing_body' = any ((select scope_sides())::text[])
            and part in ('policing_body_comments', 'reply_to_chief_officer')
        or 'force' = any ((select scope_sides())::text[]) and part in ('chief_officer_draft', 'chief_officer_comments')));

create policy explanations_seen on explanations for select to section55_app using (
    area = any ((select scope_areas())::text[])
    and (select scope_sides())::text[] && array['policing_body', 'audit']);
create policy explanations_written on explanations for all to section55_app using (
    area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[]));

grant select, insert, update on responses to section55_app;
grant select, insert, update, delete on response_texts, explanations to section55_app;
