-- The feed of what changed: every event, in the one order in which the sequencer gave places in the log, so that whoever
-- follows it meets each event once, whichever of its areas it is of. It holds no contents.

create table changes (
    -- Dense over all areas. Given by the one who sequences, in the transaction that places the event in its tree.
    position    bigint primary key,
    event_id    uuid not null constraint changes_once unique,
    -- Whom it is for: an area, '_shared' for every area, '_all' for the registrars.
    stream      text not null,
    at          timestamptz not null,
    area        text,
    shared      boolean not null,
    -- The side that keeps it to itself, as an amendment of its own drafts.
    side        text,
    marking     text not null,
    resource    text not null,
    resource_id uuid not null,
    parent_id   uuid,
    version     bigint not null,
    action      text not null,
    -- Of one column, so that the planner knows how many there are of each.
    kind        text not null generated always as (resource || '.' || action) stored
);
create index changes_of_a_stream on changes (stream, position);

-- Of these, what changed of what anyone may read, with the version that anyone sees.
create table published.changes (
    position    bigint primary key,
    event_id    uuid not null constraint published_changes_once unique,
    at          timestamptz not null,
    area        text,
    resource    text not null,
    resource_id uuid not null,
    version     bigint not null,
    action      text not null,
    kind        text not null generated always as (resource || '.' || action) stored
);

-- How far each stream has come; '_public' is what anyone may read. By it, who waits knows whether to look.
create table change_heads (
    stream   text primary key,
    position bigint not null
);

-- What a transaction wrote to what anyone may read, until its events have their places.
create table public_touches (
    xact        xid8 not null default pg_current_xact_id(),
    resource    text not null,
    resource_id uuid not null,
    version     bigint,
    primary key (xact, resource, resource_id)
);
alter table audit_queue add column xact xid8 not null default pg_current_xact_id();
create index audit_queue_of_a_transaction on audit_queue (xact);

create function touch_public() returns trigger language plpgsql security definer set search_path = record, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        insert into public_touches (resource, resource_id) values (tg_argv[0], old.id) on conflict do nothing;
    -- What the public sees of a line has a version of its own; where that stays, nothing is shown.
    elsif tg_op = 'INSERT' or new.version is distinct from old.version then
        insert into public_touches as t (resource, resource_id, version) values (tg_argv[0], new.id, new.version)
        on conflict (xact, resource, resource_id) do update set version = excluded.version;
    end if;
    return null;
end $$;
create trigger inspections_touched after insert or update or delete on published.inspections
    for each row execute function touch_public('inspection');
create trigger recommendations_touched after insert or update or delete on published.recommendations
    for each row execute function touch_public('recommendation');
create trigger responses_touched after insert or update on published.responses
    for each row execute function touch_public('response');
create trigger assignments_touched after insert or update on published.assignments
    for each row execute function touch_public('assignment');
create trigger areas_touched after insert or update on areas
    for each row execute function touch_public('area');

-- Whose drafts an event is about; null where it is for both sides. The force sees no more of the policing body's drafts
-- than that the version went up, nor the other way round.
create function change_side(resource text, action text, fields text[]) returns text immutable language sql as $$
    select case
        when resource = 'response' and action = 'import' then 'policing_body'
        when resource <> 'response' or action <> 'amend' or fields is null then null
        when fields <@ array['policing_body_comments', 'reply_to_chief_officer', 'explanations'] then 'policing_body'
        when fields <@ array['chief_officer_comments'] then 'force' end
$$;
-- The streams of the caller's scope. Row security goes by them and not by the areas: a stream says all that the area does,
-- and what is said twice the planner takes for two conditions.
create function scope_streams() returns text[] stable language sql as $$
    select coalesce(scope_areas(), '{}') || array['_shared'] || case when scope_registrar() then array['_all'] else '{}' end
$$;
create function change_stream(area text, shared boolean) returns text immutable language sql as $$
    select case when shared then '_shared' else coalesce(area, '_all') end
$$;

-- Runs as who sequences, under the lock by which there is one at a time. By index alone: a plan made while the tables were
-- small would be kept.
create function feed_changes() returns trigger language plpgsql set search_path = record, pg_temp set enable_seqscan = off as $$
declare
    last bigint;
begin
    delete from public_touches t where not exists (select from audit_queue q where q.xact = t.xact);
    select coalesce(max(position), 0) into last from changes;
    insert into changes (position, event_id, stream, at, area, shared, side, marking, resource, resource_id, parent_id,
                         version, action)
    select last + row_number() over (order by e.seq), e.id, change_stream(e.area, e.shared), e.at, e.area, e.shared,
           change_side(e.resource, e.action, e.fields), e.marking, e.resource, e.resource_id, e.parent_id, e.version,
           e.action
    from fresh f
    join events e on e.id = f.event_id;
    -- What it did to a public line is not told: which of the force's steps it was is the area's own.
    insert into published.changes (position, event_id, at, area, resource, resource_id, version, action)
    select c.position, c.event_id, c.at, c.area, c.resource, c.resource_id, coalesce(t.version, c.version),
           case c.resource when 'assignment' then 'amend' else c.action end
    from fresh f
    join events e on e.id = f.event_id
    join changes c on c.event_id = e.id
    join audit_queue q on q.seq = e.seq
    join public_touches t on t.xact = q.xact and t.resource = c.resource and t.resource_id = c.resource_id
    where c.side is null and (c.shared or c.resource in ('response', 'assignment'));
    insert into change_heads as h (stream, position)
    select stream, max(position)
    from (select c.stream, c.position from changes c where c.position > last
          union all
          select '_public', p.position from published.changes p where p.position > last) moved
    group by stream
    on conflict (stream) do update set position = excluded.position;
    return null;
end $$;

-- What was placed before comes first, in the order in which it was appended.
alter table events no force row level security;
insert into changes (position, event_id, stream, at, area, shared, side, marking, resource, resource_id, parent_id, version,
                     action)
select row_number() over (order by e.seq), e.id, change_stream(e.area, e.shared), e.at, e.area, e.shared,
       change_side(e.resource, e.action, e.fields), e.marking, e.resource, e.resource_id, e.parent_id, e.version, e.action
from audit_leaves l
join events e on e.id = l.event_id;
insert into published.changes (position, event_id, at, area, resource, resource_id, version, action)
select position, event_id, at, area, resource, resource_id, version, action
from changes
where (shared and resource in ('area', 'inspection', 'recommendation'))
   or (resource = 'response' and action in ('publish', 'record_copy'));
insert into change_heads (stream, position)
select stream, max(position) from changes group by stream
union all
select '_public', max(position) from published.changes having count(*) > 0;
-- And of what still waits, what anyone may read.
insert into public_touches (xact, resource, resource_id, version)
select q.xact, e.resource, e.resource_id, max(e.version)
from audit_queue q
join events e on e.id = q.event_id
where (e.shared and e.resource in ('area', 'inspection', 'recommendation'))
   or (e.resource = 'response' and e.action in ('publish', 'record_copy'))
group by q.xact, e.resource, e.resource_id;
alter table events force row level security;

create trigger audit_leaves_fed after insert on audit_leaves
    referencing new table as fresh for each statement execute function feed_changes();
create trigger changes_append_only before update or delete or truncate on changes
    for each statement execute function refuse_change();
create trigger published_changes_append_only before update or delete or truncate on published.changes
    for each statement execute function refuse_change();

alter table changes enable row level security;
alter table changes force row level security;
create policy changes_seen on changes for select to section55_app using (
    stream = any ((select scope_streams())::text[])
    and (side is null or (select scope_sides())::text[] && array[side, 'audit'])
    and marking = 'OFFICIAL');
create policy changes_of_evidence on changes as restrictive for select to section55_app using (
    resource <> 'evidence' or exists (select from evidence e where e.id = resource_id and e.marking = 'official'));
create policy changes_placed on changes for insert to section55_log with check (true);
create policy changes_counted on changes for select to section55_log using (true);
alter table published.changes enable row level security;
create policy changes_read on published.changes for select to section55_app, section55_public using (true);
create policy changes_placed on published.changes for insert to section55_log with check (true);
create policy changes_counted on published.changes for select to section55_log using (true);

grant usage on schema published to section55_log;
grant select, insert on changes, published.changes to section55_log;
grant select, insert, update on change_heads to section55_log;
grant select, delete on public_touches to section55_log;
grant select on changes, change_heads to section55_app;
grant select on published.changes to section55_app, section55_public;
