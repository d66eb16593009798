-- How long records are kept: days on which they are reviewed, holds that keep them past any day, and disposals that one
-- person proposes, another confirms and the service carries out.

create table legal_holds (
    id            uuid primary key,
    area          text not null references areas (code),
    resource      text not null check (resource in ('response', 'assignment', 'evidence')),
    -- The hold covers this record and the records below it: a response's assignments, an assignment's evidence.
    resource_id   uuid not null,
    reason        text not null,
    state         text not null check (state in ('in_force', 'lifted')),
    set_issuer    text not null,
    set_subject   text not null,
    set_name      text,
    lifted_name   text,
    lifted_at     timestamptz,
    lifted_reason text,
    version       bigint not null default 1,
    created_at    timestamptz not null,
    updated_at    timestamptz not null,
    constraint legal_holds_lifted_why check ((state = 'lifted') = (lifted_reason is not null))
);
create index legal_holds_in_force on legal_holds (resource_id) where state = 'in_force';
comment on table legal_holds is 'Retention: records that must be kept whatever their review day';

create table retention_reviews (
    id          uuid primary key,
    area        text not null references areas (code),
    resource    text not null check (resource in ('response', 'evidence')),
    resource_id uuid not null,
    review_on   date not null,
    reason      text not null,
    issuer      text not null,
    subject     text not null,
    name        text,
    created_at  timestamptz not null
);
create index retention_reviews_of on retention_reviews (resource_id, created_at);
comment on table retention_reviews is 'Retention: each decision that a record is still needed, and until when';

create table disposals (
    id               uuid primary key,
    area             text not null references areas (code),
    ground           text not null check (ground in ('retention', 'erasure')),
    resource         text not null check (resource in ('response', 'assignment', 'evidence', 'event')),
    resource_id      uuid not null,
    -- The record and the records above it. A hold on any of them keeps it.
    within           uuid[] not null,
    -- The side that wrote the record. One of the two people must be of this side.
    owner            text not null check (owner in ('policing_body', 'force')),
    reason           text not null,
    state            text not null check (state in ('proposed', 'confirmed', 'refused')),
    proposed_issuer  text not null,
    proposed_subject text not null,
    proposed_name    text,
    proposed_sides   text[] not null,
    decided_issuer   text,
    decided_subject  text,
    decided_name     text,
    decided_at       timestamptz,
    decision_reason  text,
    disposed_at      timestamptz,
    -- What was removed: ids and digests, no contents.
    certificate      jsonb,
    version          bigint not null default 1,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    constraint disposals_by_two_people check (
        state <> 'confirmed' or (proposed_issuer, proposed_subject) is distinct from (decided_issuer, decided_subject)),
    constraint disposals_certified check ((disposed_at is null) = (certificate is null)),
    constraint disposals_confirmed_before check (disposed_at is null or state = 'confirmed')
);
create unique index disposals_one_at_a_time on disposals (resource_id)
    where state = 'proposed' or (state = 'confirmed' and disposed_at is null);
create index disposals_waiting on disposals (created_at) where state = 'confirmed' and disposed_at is null;
comment on table disposals is 'Retention: removals that one person proposes and another confirms';
