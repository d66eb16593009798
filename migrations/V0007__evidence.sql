-- Evidence that a recommendation was met: items of an assignment, each with its file versions and its reviews.

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
    -- A request to lower the marking. Another person confirms or refuses it.
    lowering_issuer  text,
    lowering_subject text,
    lowering_name    text,
    lowering_reason  text,
    lowering_at      timestamptz,
    withdrawn_reason text,
    version          bigint not null default 1,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    -- An item that was disposed of keeps its row, without words and without files.
    disposed_at      timestamptz,
    constraint evidence_effective check (effective_to >= effective_from),
    constraint evidence_in_area unique (id, area),
    constraint evidence_withdrawn_why check (state <> 'withdrawn' or withdrawn_reason is not null)
);
create index evidence_of on evidence (assignment_id, created_at);
comment on table evidence is 'Evidence: an item that shows how a recommendation was met';

-- One row per area and content, so that no area can find out whether another area has the same file.
create table file_contents (
    area        text not null references areas (code),
    sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size        bigint not null check (size > 0),
    media_type  text not null,
    scan        text not null check (scan in ('unscanned', 'pending', 'clean', 'infected')),
    scanned_at  timestamptz,
    created_at  timestamptz not null,
    disposed_at timestamptz,
    primary key (area, sha256)
);
create index file_contents_pending on file_contents (created_at) where scan = 'pending';
comment on table file_contents is 'Evidence: what is known of a stored file: digest, size, media type, virus scan';

create table evidence_files (
    id          uuid primary key,
    evidence_id uuid not null,
    area        text not null,
    version     integer not null,
    -- The name that the sender gave it. The service never uses it as a path.
    filename    text not null,
    sha256      text not null,
    issuer      text not null,
    subject     text not null,
    name        text,
    uploaded_at timestamptz not null,
    constraint evidence_files_once unique (evidence_id, version),
    foreign key (evidence_id, area) references evidence (id, area),
    foreign key (area, sha256) references file_contents (area, sha256)
);
comment on table evidence_files is 'Evidence: the versions of an item''s file';

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
comment on table evidence_reviews is 'Evidence: the policing body''s reviews, with their notes';
