-- Inspections and their recommendations. All areas share them, as they share the report. A draft belongs to the area
-- that registers it.

create table inspections (
    id                          uuid primary key,
    reference                   text not null,
    source                      text not null,
    title                       text,
    kind                        text not null,
    legal_basis                 text,
    scope                       text not null,
    lead_inspectorate           text not null,
    participating_inspectorates text[] not null,
    published_on                date,
    due_on                      date,
    report_url                  text,
    key_findings                text,
    -- Null: all areas.
    subjects                    text[],
    registered_by               text constraint inspections_registered_by references areas (code),
    follows_up                  uuid constraint inspections_follows_up references inspections (id),
    state                       text not null check (state in ('draft', 'published', 'withdrawn')),
    -- When other areas could first read it. Null: never, so only its registrar and its registering area see it.
    shown_at                    timestamptz,
    corrections                 jsonb not null default '[]',
    version                     bigint not null default 1,
    created_at                  timestamptz not null,
    updated_at                  timestamptz not null,
    constraint inspections_published_whole
        check (state <> 'published' or (title is not null and published_on is not null and shown_at is not null))
);
create unique index inspections_one_per_reference on inspections (source, reference) where state <> 'withdrawn';
create index inspections_drafts on inspections (registered_by) where state = 'draft';
-- The orders in which lists are read: a page starts at its cursor's place in the index.
create index inspections_listed on inspections ((coalesce(published_on, 'infinity'::date)) desc, reference collate "C", id);
create index inspections_due on inspections ((coalesce(due_on, 'infinity'::date)) desc);
comment on table inspections is 'Inspections: a report of an inspectorate, shared by all areas';

create table recommendations (
    id                  uuid primary key,
    inspection_id       uuid not null references inspections (id),
    reference           text not null,
    number              text not null,
    ordinal             integer not null,
    kind                text not null,
    cause_of_concern_id uuid,
    text                text not null,
    addressees          text[] not null,
    target_kind         text not null,
    target_text         text,
    target_on           date,
    -- Why target_on is the day that it is, such as 'counted_from_publication'.
    target_basis        text not null default 'no_date',
    themes              text[] not null,
    supersedes          uuid constraint recommendations_supersedes references recommendations (id),
    reiterates          uuid constraint recommendations_reiterates references recommendations (id),
    errata              jsonb not null default '[]',
    version             bigint not null default 1,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    constraint recommendations_one_per_reference unique (inspection_id, reference),
    constraint recommendations_one_per_number unique (inspection_id, number),
    constraint recommendations_in_inspection unique (inspection_id, id),
    constraint recommendations_cause
        foreign key (inspection_id, cause_of_concern_id) references recommendations (inspection_id, id)
);
create index recommendations_listed on recommendations (inspection_id, ordinal, id);
comment on table recommendations is 'Inspections: a recommendation, area for improvement or cause of concern of a report';
