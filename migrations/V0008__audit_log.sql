-- The audit log: one event per write, in the transaction of the write itself, and the Merkle trees and signed checkpoints
-- that prove that nobody changed it. docs/audit-format.md describes the format.

create table events (
    id            uuid primary key,
    -- The order in which events were appended. Events of one record are in the order of its versions.
    seq           bigint generated always as identity,
    at            timestamptz not null,
    -- Null: the record belongs to all areas.
    area          text,
    -- True: every area may read it, as with a published inspection.
    shared        boolean not null default false,
    marking       text not null default 'OFFICIAL' check (marking in ('OFFICIAL', 'OFFICIAL-SENSITIVE')),
    actor_issuer  text not null,
    actor_subject text not null,
    actor_name    text,
    actor_roles   text[] not null,
    resource      text not null,
    resource_id   uuid not null,
    -- The record to which this one belongs, such as a recommendation's inspection.
    parent_id     uuid,
    version       bigint not null,
    action        text not null,
    from_state    text,
    to_state      text,
    -- The members that changed, without their contents.
    fields        text[],
    request_id    text not null,
    -- The version of the workflow tables that were in force.
    rules         text not null default '',
    -- For each part of the record: its side, the digests before and after, and the commitment to its payload.
    parts         jsonb not null default '[]',
    -- The commitment to the note, made with the salt that stands beside the note.
    note_digest   text,
    note_side     text
);
create unique index events_in_order on events (seq);
create index events_of_a_record on events (resource_id, at, id);
create index events_of_an_area on events (area, at desc, id);
comment on table events is 'Audit log: who did what to which record, and when';

create table event_notes (
    event_id uuid primary key,
    area     text,
    shared   boolean not null default false,
    -- The side that reads the note, besides auditors. Null: both sides.
    side     text,
    note     text,
    salt     bytea
);
comment on table event_notes is 'Audit log: the reason or note that the actor gave';

-- The record after an event, and its changed members before it. A payload can be erased; its event still stands.
create table event_payloads (
    event_id    uuid not null,
    part        text not null,
    -- The record's version, which orders its events. Within one version, seq orders them.
    version     bigint not null,
    seq         bigint generated always as identity,
    at          timestamptz not null,
    area        text,
    shared      boolean not null,
    -- The side that reads this part, besides auditors. Null: both sides.
    side        text,
    resource    text not null,
    resource_id uuid not null,
    parent_id   uuid,
    salt        bytea,
    payload     text,
    constraint event_payloads_once primary key (event_id, part),
    constraint event_payloads_whole_or_erased check ((salt is null) = (payload is null))
);
create index event_payloads_of_a_record on event_payloads (resource_id, part, version, seq);
create index event_payloads_of_a_parent on event_payloads (parent_id, resource) where parent_id is not null;
-- Lists as of an earlier time are read by area, and shared records by their kind.
create index event_payloads_of_an_area on event_payloads (area, resource) where part = 'record' and not shared;
create index event_payloads_shared on event_payloads (resource, resource_id)
    where resource in ('inspection', 'recommendation');
comment on table event_payloads is 'Audit log: what a record was after an event, until it is erased';

create table audit_queue (
    seq      bigint primary key,
    event_id uuid not null,
    xact     xid8 not null default pg_current_xact_id()
);
create index audit_queue_of_a_transaction on audit_queue (xact);
comment on table audit_queue is 'Audit log: events that wait for their place in a tree';

create table audit_leaves (
    -- The code of an area, or '_all' for events of records that belong to all areas.
    log        text not null,
    leaf_index bigint not null check (leaf_index >= 0),
    event_id   uuid not null,
    leaf       bytea not null check (octet_length(leaf) = 32),
    constraint audit_leaves_dense primary key (log, leaf_index),
    constraint audit_leaves_once unique (event_id)
);
comment on table audit_leaves is 'Audit log: the place of each event in its tree';

-- Level 0 holds hashes of leaves. Each higher level holds the roots of the tiles below.
create table audit_tiles (
    log        text not null,
    level      integer not null check (level >= 0),
    tile_index bigint not null check (tile_index >= 0),
    hashes     bytea not null check (octet_length(hashes) = 8192),
    root       bytea not null check (octet_length(root) = 32),
    constraint audit_tiles_once primary key (log, level, tile_index)
);
comment on table audit_tiles is 'Audit log: full tiles of 256 hashes of a tree';

create table audit_epochs (
    epoch               integer primary key check (epoch >= 1),
    opened_at           timestamptz not null,
    reason              text not null,
    -- The public key that verifies the checkpoints of this epoch.
    key                 text not null,
    -- The last checkpoint that was known outside the database before this epoch.
    previous_checkpoint text
);
comment on table audit_epochs is 'Audit log: runs of checkpoints; a new one begins when the last cannot be continued, as after a restore';

create table audit_heads (
    log        text not null,
    size       bigint not null check (size > 0),
    root       bytea not null check (octet_length(root) = 32),
    frontier   bytea not null,
    at         timestamptz not null,
    epoch      integer not null references audit_epochs (epoch),
    -- Its place in the epoch's log of heads. Leaf 0 of that log is the opening of the epoch.
    head_index bigint not null check (head_index > 0),
    constraint audit_heads_one_root primary key (log, size),
    constraint audit_heads_dense unique (epoch, head_index)
);
comment on table audit_heads is 'Audit log: each size that a tree has had, with its one root';

create table audit_checkpoints (
    epoch    integer not null references audit_epochs (epoch),
    size     bigint not null check (size > 0),
    root     bytea not null check (octet_length(root) = 32),
    frontier bytea not null,
    note     text not null,
    constraint audit_checkpoints_one_root primary key (epoch, size)
);
comment on table audit_checkpoints is 'Audit log: signed statements of what the log holds';
