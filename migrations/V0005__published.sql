-- What anyone may read. Publishing copies it here; the public's role can read this schema and nothing else, so that a
-- draft cannot be shown by mistake: it is not here.

create table published.inspections (
    id                          uuid primary key,
    reference                   text not null,
    source                      text not null,
    title                       text not null,
    kind                        text not null,
    legal_basis                 text,
    scope                       text not null,
    lead_inspectorate           text not null,
    participating_inspectorates text[] not null,
    published_on                date not null,
    due_on                      date,
    report_url                  text,
    key_findings                text,
    subjects                    text[],
    registered_by               text,
    follows_up                  uuid,
    state                       text not null check (state = 'published'),
    corrections                 jsonb not null,
    recommendations_count       bigint not null,
    version                     bigint not null,
    created_at                  timestamptz not null,
    updated_at                  timestamptz not null
);
create index published_inspections_by_date on published.inspections (published_on desc, reference, id);

create table published.recommendations (
    id                  uuid primary key,
    inspection_id       uuid not null references published.inspections (id) on delete cascade,
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
    supersedes          uuid,
    reiterates          uuid,
    errata              jsonb not null,
    version             bigint not null,
    created_at          timestamptz not null,
    updated_at          timestamptz not null
);
create index published_recommendations_of on published.recommendations (inspection_id, ordinal);

-- The response as it stands before the public: which edition is current, and to whom copies went.
create table published.responses (
    id            uuid primary key,
    inspection_id uuid not null references published.inspections (id),
    area          text not null,
    state         text not null check (state in ('published', 'complete')),
    edition       integer not null,
    copies        jsonb not null default '[]',
    version       bigint not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
create index published_responses_of on published.responses (inspection_id, area);

-- Every edition, for good.
create table published.editions (
    response_id         uuid not null references published.responses (id),
    edition             integer not null,
    area                text not null,
    content             jsonb not null,
    content_sha256      text not null,
    due_on              date,
    published_at        timestamptz not null,
    published_on        date not null,
    first_published_at  timestamptz not null,
    first_published_on  date not null,
    url                 text,
    recorded_afterwards boolean not null,
    superseded_at       timestamptz,
    primary key (response_id, edition)
);

alter table published.inspections enable row level security;
alter table published.recommendations enable row level security;
alter table published.responses enable row level security;
alter table published.editions enable row level security;

create policy inspections_read on published.inspections for select to section55_app, section55_public using (true);
create policy recommendations_read on published.recommendations for select to section55_app, section55_public using (true);
create policy responses_read on published.responses for select to section55_app, section55_public using (true);
create policy editions_read on published.editions for select to section55_app, section55_public using (true);

create policy inspections_written on published.inspections for all to section55_app using (
    registered_by = any ((select record.scope_areas())::text[]) or (select record.scope_registrar()));
create policy recommendations_written on published.recommendations for all to section55_app using (
    exists (select from published.inspections i where i.id = inspection_id
            and (i.registered_by = any ((select record.scope_areas())::text[]) or (select record.scope_registrar()))));
create policy responses_written on published.responses for all to section55_app using (
    area = any ((select record.scope_areas())::text[]));
create policy editions_written on published.editions for all to section55_app using (
    area = any ((select record.scope_areas())::text[]));

grant select on published.inspections, published.recommendations, published.responses, published.editions
    to section55_app, section55_public;
grant insert, update, delete on published.inspections, published.recommendations to section55_app;
grant insert, update on published.responses to section55_app;
-- An edition is never rewritten: only that it was superseded can be added.
grant insert, update (superseded_at) on published.editions to section55_app;
