-- Evidence that a recommendation was met: items of an assignment, each with its file versions and its reviews. What was
-- reviewed stays; what is OFFICIAL-SENSITIVE is read only by transactions that record the reading.

-- Whether this transaction records what it reads: set for changes, and for reads that append an event.
create function scope_recorded() returns boolean stable language sql
    return coalesce(current_setting('section55.recorded', true) = 'on', false);

create table evidence (
    id               uuid primary key,
    assignment_id    uuid not null references assignments (id),
    area             text not null references areas (code),
    state            text not null,
    marking          text not null check (marking in ('official', 'official_sensitive')),
    title            text not null,
    kind             text not null,
    description      text,
    effective_from   date,
    effective_to     date,
    expires_on       date,
    author_issuer    text not null,
    author_subject   text not null,
    author_name      text,
    -- A request to lower its marking, until another person confirms or refuses it.
    lowering_issuer  text,
    lowering_subject text,
    lowering_name    text,
    lowering_reason  text,
    lowering_at      timestamptz,
    withdrawn_reason text,
    version          bigint not null default 1,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    constraint evidence_effective check (effective_to >= effective_from),
    constraint evidence_in_area unique (id, area),
    constraint evidence_withdrawn_why check (state <> 'withdrawn' or withdrawn_reason is not null)
);
create index evidence_of on evidence (assignment_id, created_at);

-- What files hold, once for each area: whether another area has the same file cannot show.
create table contents (
    area       text not null references areas (code),
    sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size       bigint not null check (size > 0),
    media_type text not null,
    scan       text not null check (scan in ('unscanned', 'pending', 'clean', 'infected')),
    scanned_at timestamptz,
    created_at timestamptz not null,
    primary key (area, sha256)
);
create index contents_pending on contents (created_at) where scan = 'pending';

create table evidence_files (
    id          uuid primary key,
    evidence_id uuid not null,
    area        text not null,
    version     integer not null,
    -- As the sender called it: data, never a path.
    filename    text not null,
    sha256      text not null,
    issuer      text not null,
    subject     text not null,
    name        text,
    uploaded_at timestamptz not null,
    constraint evidence_files_once unique (evidence_id, version),
    foreign key (evidence_id, area) references evidence (id, area),
    foreign key (area, sha256) references contents (area, sha256)
);

create table evidence_reviews (
    id           uuid primary key,
    evidence_id  uuid not null,
    area         text not null,
    decision     text not null,
    note         text not null,
    file_version integer not null,
    issuer       text not null,
    subject      text not null,
    name         text,
    at           timestamptz not null,
    foreign key (evidence_id, area) references evidence (id, area),
    foreign key (evidence_id, file_version) references evidence_files (evidence_id, version)
);
create index evidence_reviews_of on evidence_reviews (evidence_id, at);

-- Nobody takes evidence away, the owner of the tables included.
create trigger evidence_kept before delete or truncate on evidence
    for each statement execute function refuse_change();
create trigger contents_kept before delete or truncate on contents
    for each statement execute function refuse_change();
create trigger evidence_files_append_only before update or delete or truncate on evidence_files
    for each statement execute function refuse_change();
create trigger evidence_reviews_append_only before update or delete or truncate on evidence_reviews
    for each statement execute function refuse_change();

alter table evidence enable row level security;
alter table evidence force row level security;
alter table contents enable row level security;
alter table contents force row level security;
alter table evidence_files enable row level security;
alter table evidence_files force row level security;
alter table evidence_reviews enable row level security;
alter table evidence_reviews force row level security;

create policy evidence_seen on evidence for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy evidence_added on evidence for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]) and version = 1
    and state = 'draft');
create policy evidence_moved on evidence for update to section55_app using (
    area = any ((select scope_areas())::text[])
    and (select scope_sides())::text[] && array['policing_body', 'force']);
create policy evidence_marked on evidence as restrictive for select to section55_app using (
    marking = 'official' or (select scope_recorded()));

create policy contents_seen on contents for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy contents_added on contents for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]));
create policy contents_scanned on contents for update to section55_app using (
    area = any ((select scope_areas())::text[]));

create policy evidence_files_seen on evidence_files for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy evidence_files_added on evidence_files for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]));
-- As their item is marked: what cannot be seen of it, cannot be seen of them.
create policy evidence_files_marked on evidence_files as restrictive for select to section55_app using (
    exists (select from evidence e where e.id = evidence_id));

create policy evidence_reviews_seen on evidence_reviews for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy evidence_reviews_added on evidence_reviews for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[]));
create policy evidence_reviews_marked on evidence_reviews as restrictive for select to section55_app using (
    exists (select from evidence e where e.id = evidence_id));

grant select, insert, update on evidence to section55_app;
grant select, insert, update (scan, scanned_at) on contents to section55_app;
grant select, insert on evidence_files, evidence_reviews to section55_app;
