-- Inspections and their recommendations: shared by all areas, as the report is. A draft is its registering area's.

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
    -- When it was first shown to others; a draft that was never shown stays its registrar's own.
    shown_at                    timestamptz,
    corrections                 jsonb not null default '[]',
    version                     bigint not null default 1,
    created_at                  timestamptz not null,
    updated_at                  timestamptz not null,
    constraint inspections_published_whole
        check (state <> 'published' or (title is not null and published_on is not null and shown_at is not null))
);
create unique index inspections_one_per_reference on inspections (source, reference) where state <> 'withdrawn';
create index inspections_by_date on inspections (published_on desc, reference, id);

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

alter table inspections enable row level security;
alter table inspections force row level security;
alter table recommendations enable row level security;
alter table recommendations force row level security;

create policy inspections_seen on inspections for select to section55_app using (
    shown_at is not null or registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()));
create policy inspections_registered on inspections for insert to section55_app with check (
    registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()));
create policy inspections_amended on inspections for update to section55_app
    using (registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()));
create policy recommendations_seen on recommendations for select to section55_app using (
    exists (select from inspections i where i.id = inspection_id));
create policy recommendations_written on recommendations for all to section55_app using (
    exists (select from inspections i where i.id = inspection_id
            and (i.registered_by = any ((select scope_areas())::text[]) or (select scope_registrar()))));

grant select, insert, update on inspections to section55_app;
grant select, insert, update, delete on recommendations to section55_app;
