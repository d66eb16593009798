-- Assignments: one per recommendation and area, created when the inspection is published. Four positions stand in an
-- assignment side by side, and each side writes only its own. Earlier positions stay on record.

create table assignments (
    id                      uuid primary key,
    recommendation_id       uuid not null references recommendations (id),
    inspection_id           uuid not null references inspections (id),
    area                    text not null references areas (code),
    force_status            text not null,
    body_view               text not null default 'none',
    assurance_opinion       text not null default 'none',
    inspectorate_status     text not null default 'open',
    owner                   text,
    local_target_on         date,
    dependency              text,
    superseded_by           uuid references recommendations (id),
    -- Who submitted it for sign-off. Another person must sign.
    submitted_issuer        text,
    submitted_subject       text,
    -- Counts of its evidence, without what is withdrawn.
    evidence_count          integer not null default 0,
    accepted_evidence_count integer not null default 0,
    rejected_evidence_count integer not null default 0,
    marking                 text not null default 'official',
    version                 bigint not null default 1,
    created_at              timestamptz not null,
    updated_at              timestamptz not null,
    constraint assignments_one_per_area unique (recommendation_id, area)
);
create index assignments_by_area on assignments (area, inspection_id);
create index assignments_of on assignments (inspection_id, area);
-- The latest change first, as lists of all areas and of one area are read.
create index assignments_by_change on assignments (updated_at desc, id);
create index assignments_of_an_area_by_change on assignments (area collate "C", updated_at desc, id);
comment on table assignments is 'Assignments: the tracking record of one recommendation in one area';

create table target_changes (
    id            uuid primary key,
    assignment_id uuid not null references assignments (id),
    area          text not null,
    from_on       date,
    to_on         date,
    reason        text not null,
    issuer        text not null,
    subject       text not null,
    name          text,
    at            timestamptz not null
);
create index target_moves_of on target_changes (assignment_id, at);
comment on table target_changes is 'Assignments: each change of the local target, with its reason';

create table positions (
    id            uuid primary key,
    assignment_id uuid not null references assignments (id),
    area          text not null,
    position      text not null check (position in ('body_view', 'assurance_opinion', 'inspectorate_status')),
    value         text not null,
    note          text,
    source        text,
    date          date not null,
    issuer        text not null,
    subject       text not null,
    name          text,
    at            timestamptz not null
);
create index positions_of on positions (assignment_id, position, at desc);
comment on table positions is 'Assignments: each position taken by the policing body, an auditor or the inspectorate';

create table assignment_updates (
    id            uuid primary key,
    assignment_id uuid not null references assignments (id),
    area          text not null,
    date          date not null,
    text          text not null,
    side          text not null,
    issuer        text not null,
    subject       text not null,
    name          text,
    created_at    timestamptz not null
);
create index assignment_updates_of on assignment_updates (assignment_id, date desc, created_at desc);
comment on table assignment_updates is 'Assignments: the narrative, added to and never changed';
