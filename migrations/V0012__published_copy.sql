-- The published copy: what anyone may read. Publishing copies a record to this schema. The public's database role can read
-- this schema and no other, so it cannot read a draft.

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
create index published_inspections_listed on published.inspections
    ((coalesce(published_on, 'infinity'::date)) desc, reference collate "C", id);
create index published_inspections_due on published.inspections ((coalesce(due_on, 'infinity'::date)) desc);
comment on table published.inspections is 'Published copy: published inspections';

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
    target_basis        text not null,
    themes              text[] not null,
    supersedes          uuid,
    reiterates          uuid,
    errata              jsonb not null,
    version             bigint not null,
    created_at          timestamptz not null,
    updated_at          timestamptz not null
);
create index published_recommendations_listed on published.recommendations (inspection_id, ordinal, id);
comment on table published.recommendations is 'Published copy: recommendations of published inspections';

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
comment on table published.responses is 'Published copy: which edition of a response is current, and to whom copies went';

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
comment on table published.editions is 'Published copy: every edition of every response, for good';

create table published.assignments (
    id                  uuid primary key,
    recommendation_id   uuid not null,
    inspection_id       uuid not null,
    area                text not null,
    base_headline            text not null,
    body_view           text not null,
    inspectorate_status text not null,
    -- The API shows it only by its effect on the headline.
    local_target_on     date,
    version             bigint not null,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    -- The place of the recommendation in its report.
    ordinal             integer,
    constraint published_assignments_one_per_area unique (recommendation_id, area)
);
create index published_assignments_by_area on published.assignments (area, inspection_id);
create index published_assignments_listed on published.assignments (area collate "C", ordinal, id);
create index published_assignments_of on published.assignments (inspection_id, area collate "C", ordinal, id);
create index published_assignments_by_change on published.assignments (updated_at desc, id);
create index published_assignments_of_an_area_by_change on published.assignments (area collate "C", updated_at desc, id);
create index published_assignments_by_opening on published.assignments (created_at desc, id);
comment on table published.assignments is 'Published copy: assignments of areas whose response is published';

create table published.changes (
    position    bigint primary key,
    event_id    uuid not null constraint published_changes_once unique,
    at          timestamptz not null,
    area        text,
    resource    text not null,
    resource_id uuid not null,
    -- The version that anyone sees.
    version     bigint not null,
    action      text not null,
    kind        text not null generated always as (resource || '.' || action) stored
);
comment on table published.changes is 'Published copy: the part of the change feed that anyone may read';

-- The sum of the counts grows with every transaction that writes published records, and is visible when that transaction
-- is. Readers ask for the sum to learn whether a cached response is still current. A transaction adds to a row that no
-- other transaction holds at that moment, so writers do not wait for each other.
create table published.write_counts (
    slot  integer generated always as identity primary key,
    count bigint not null
) with (fillfactor = 20);
insert into published.write_counts (count) select 0 from generate_series(1, 16);
comment on table published.write_counts is 'Published copy: a counter of writes, by which caches know that they are current';
