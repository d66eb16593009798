-- The log made provable: what each event commits to, the payloads it commits to apart where they can be erased, and the
-- Merkle trees, heads and checkpoints that the sequencer makes of it. The format is told in docs/audit-format.md.

alter table events
    -- The order in which events were appended: for one record, that of its versions.
    add column seq     bigint generated always as identity,
    add column marking text not null default 'OFFICIAL' check (marking in ('OFFICIAL', 'OFFICIAL-SENSITIVE')),
    -- The record it belongs to, such as a recommendation's inspection.
    add column parent_id uuid,
    -- Which tables of workflow were in force; empty where that was not kept yet.
    add column rules   text not null default '',
    -- For each part of the record: its part, side, digests before and after, and the commitment to its payload.
    add column parts   jsonb not null default '[]',
    -- The commitment to the note, under the salt beside it.
    add column note_digest text,
    add column note_side   text;
create unique index events_in_order on events (seq);

alter table event_notes
    alter column note drop not null,
    add column salt bytea;

-- What a record was after an event, and what the changed members were before it. Without them the event still stands.
create table event_payloads (
    event_id    uuid not null,
    part        text not null,
    -- The record's version, by which its events are in order; among those of one version, the order they were kept in.
    version     bigint not null,
    seq         bigint generated always as identity,
    at          timestamptz not null,
    area        text,
    shared      boolean not null,
    -- The side that keeps this part to itself.
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

alter table event_payloads enable row level security;
alter table event_payloads force row level security;
create policy event_payloads_seen on event_payloads for select to section55_app using (
    (shared or area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())))
    and (side is null or (select scope_sides())::text[] && array[side, 'audit']));
-- What was said of OFFICIAL-SENSITIVE evidence is read where the reading is recorded, and nowhere else.
create policy event_payloads_marked on event_payloads as restrictive for select to section55_app using (
    resource <> 'evidence' or (select scope_recorded())
    or exists (select from evidence e where e.id = resource_id and e.marking = 'official'));
create policy event_payloads_appended on event_payloads for insert to section55_app with check (true);
-- For the function below alone; nothing runs as the owner.
create policy event_payloads_compared on event_payloads for select to section55_owner using (true);
grant select, insert on event_payloads to section55_app;

-- What a record is before a change, under the salt of the event that last wrote it: the same digest as that event's own,
-- unless the record was changed outside the log. The salt stays hidden from who may not read that event.
create function audit_before(record uuid, which text, state text) returns text
    language sql stable strict security definer set search_path = record, pg_temp as $$
    select encode(sha256(p.salt || convert_to(state, 'UTF8')), 'hex')
    from event_payloads p
    where p.resource_id = record and p.part = which
    order by p.version desc, p.seq desc
    limit 1
$$;
revoke execute on function audit_before from public;
grant execute on function audit_before to section55_app;

-- A payload or a note can be erased, by an event that says so in the same transaction, and not changed in any other way.
create function refuse_all_but_erasure() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) ->> 'salt' is null
       and coalesce(to_jsonb(new) ->> 'payload', to_jsonb(new) ->> 'note') is null
       and to_jsonb(new) - 'salt' - 'payload' - 'note' = to_jsonb(old) - 'salt' - 'payload' - 'note' then
        return new;
    end if;
    raise exception '% can only be erased', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create function require_erasure_event() returns trigger language plpgsql as $$
begin
    if not exists (select from events e
                   where e.resource = 'event' and e.action = 'erase' and e.resource_id = old.event_id
                     and e.xmin::text = (pg_current_xact_id()::text::bigint & 4294967295)::text) then
        raise exception '% was erased without an event', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
drop trigger event_notes_append_only on event_notes;
create trigger event_notes_erased before update or delete on event_notes
    for each row execute function refuse_all_but_erasure();
create trigger event_notes_append_only before delete or truncate on event_notes
    for each statement execute function refuse_change();
create constraint trigger event_notes_erasure_told after update on event_notes deferrable initially deferred
    for each row execute function require_erasure_event();
create trigger event_payloads_erased before update or delete on event_payloads
    for each row execute function refuse_all_but_erasure();
create trigger event_payloads_append_only before delete or truncate on event_payloads
    for each statement execute function refuse_change();
create constraint trigger event_payloads_erasure_told after update on event_payloads deferrable initially deferred
    for each row execute function require_erasure_event();

-- What waits for a place in its tree. No event can be appended without waiting here.
create table audit_queue (
    seq      bigint primary key,
    event_id uuid not null
);
create function queue_events() returns trigger language plpgsql security definer set search_path = record, pg_temp as $$
begin
    insert into audit_queue (seq, event_id) select seq, id from fresh;
    return null;
end $$;
create trigger events_queued after insert on events
    referencing new table as fresh for each statement execute function queue_events();
-- The owner does not see the rows of a table whose row security is forced.
alter table events no force row level security;
insert into audit_queue (seq, event_id) select seq, id from events;
alter table events force row level security;

-- Where each event stands: in the tree of its area, or in '_all', of what belongs to all areas.
create table audit_leaves (
    log        text not null,
    leaf_index bigint not null check (leaf_index >= 0),
    event_id   uuid not null,
    leaf       bytea not null check (octet_length(leaf) = 32),
    constraint audit_leaves_dense primary key (log, leaf_index),
    constraint audit_leaves_once unique (event_id)
);

-- Full tiles of 256 hashes; the hashes of level 0 are leaves, those of the next are the roots of the tiles below.
create table audit_tiles (
    log        text not null,
    level      integer not null check (level >= 0),
    tile_index bigint not null check (tile_index >= 0),
    hashes     bytea not null check (octet_length(hashes) = 8192),
    root       bytea not null check (octet_length(root) = 32),
    constraint audit_tiles_once primary key (log, level, tile_index)
);

-- A run of the log of heads; a new one is opened where the last cannot be gone on with, such as after a restore.
create table audit_epochs (
    epoch               integer primary key check (epoch >= 1),
    opened_at           timestamptz not null,
    reason              text not null,
    -- The key its checkpoints are checked with.
    key                 text not null,
    -- The checkpoint before it, as it was last known outside the database.
    previous_checkpoint text
);

-- Each size that each tree has had: one root for one size.
create table audit_heads (
    log        text not null,
    size       bigint not null check (size > 0),
    root       bytea not null check (octet_length(root) = 32),
    frontier   bytea not null,
    at         timestamptz not null,
    epoch      integer not null references audit_epochs (epoch),
    -- Its place in the log of heads of the epoch, whose leaf 0 is the epoch's opening.
    head_index bigint not null check (head_index > 0),
    constraint audit_heads_one_root primary key (log, size),
    constraint audit_heads_dense unique (epoch, head_index)
);

create table audit_checkpoints (
    epoch    integer not null references audit_epochs (epoch),
    size     bigint not null check (size > 0),
    root     bytea not null check (octet_length(root) = 32),
    frontier bytea not null,
    note     text not null,
    constraint audit_checkpoints_one_root primary key (epoch, size)
);

do $$
declare
    t text;
begin
    foreach t in array array['audit_leaves', 'audit_tiles', 'audit_epochs', 'audit_heads', 'audit_checkpoints'] loop
        execute format('create trigger %I before update or delete or truncate on %I
                        for each statement execute function refuse_change()', t || '_append_only', t);
    end loop;
end $$;

-- Hashes and sizes; what they are of stands behind row security.
grant select on audit_leaves, audit_tiles, audit_epochs, audit_heads, audit_checkpoints to section55_app;

grant usage on schema record to section55_log;
grant select on refinery_schema_history, events to section55_log;
create policy events_sequenced on events for select to section55_log using (true);
grant select, delete on audit_queue to section55_log;
grant select, insert on audit_leaves, audit_tiles, audit_epochs, audit_heads, audit_checkpoints to section55_log;

-- Checkpoints, and the keys they are checked with, are for anyone.
create view published.audit_checkpoints as
    select epoch, size, root, note from audit_checkpoints;
create view published.audit_keys as
    select epoch, opened_at, reason, key from audit_epochs;
grant select on published.audit_checkpoints, published.audit_keys to section55_app, section55_public;
