-- What was done, by whom: appended in the transaction of the write itself, read by history and audit.

create table events (
    id            uuid primary key,
    at            timestamptz not null,
    -- Null: what belongs to all areas.
    area          text,
    -- Whether every area may read it, as of a published inspection.
    shared        boolean not null default false,
    actor_issuer  text not null,
    actor_subject text not null,
    actor_name    text,
    actor_roles   text[] not null,
    resource      text not null,
    resource_id   uuid not null,
    version       bigint not null,
    action        text not null,
    from_state    text,
    to_state      text,
    -- The members it changed, never their contents.
    fields        text[],
    request_id    text not null
);
create index events_of_a_record on events (resource_id, at, id);
create index events_of_an_area on events (area, at desc, id);

-- What the actor said of it. A side's internal note is read by that side and by audit.
create table event_notes (
    event_id uuid primary key,
    area     text,
    shared   boolean not null default false,
    side     text,
    note     text not null
);

alter table events enable row level security;
alter table events force row level security;
alter table event_notes enable row level security;
alter table event_notes force row level security;

create policy events_seen on events for select to section55_app using (
    shared or area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())));
create policy events_appended on events for insert to section55_app with check (true);
create policy event_notes_seen on event_notes for select to section55_app using (
    (shared or area = any ((select scope_areas())::text[]) or (area is null and (select scope_registrar())))
    and (side is null or (select scope_sides())::text[] && array[side, 'audit']));
create policy event_notes_appended on event_notes for insert to section55_app with check (true);

grant select, insert on events, event_notes to section55_app;

-- Nobody rewrites the log, the owner of the tables included.
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger events_append_only before update or delete or truncate on events
    for each statement execute function refuse_change();
create trigger event_notes_append_only before update or delete or truncate on event_notes
    for each statement execute function refuse_change();
