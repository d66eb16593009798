-- Assignments: one per recommendation and area, opened when its inspection is published. Four positions stand in it side
-- by side, each written by its own side alone; what each was before is kept, and nothing that was said is taken back.

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
    -- Who submitted it for sign-off: another person signs.
    submitted_issuer        text,
    submitted_subject       text,
    -- Of its evidence that is not withdrawn.
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

-- Each move of the local target.
create table target_moves (
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
create index target_moves_of on target_moves (assignment_id, at);

-- Each time somebody took one of the three positions beside the force's own.
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

create trigger target_moves_append_only before update or delete or truncate on target_moves
    for each statement execute function refuse_change();
create trigger positions_append_only before update or delete or truncate on positions
    for each statement execute function refuse_change();
create trigger assignment_updates_append_only before update or delete or truncate on assignment_updates
    for each statement execute function refuse_change();

alter table assignments enable row level security;
alter table assignments force row level security;
alter table target_moves enable row level security;
alter table target_moves force row level security;
alter table positions enable row level security;
alter table positions force row level security;
alter table assignment_updates enable row level security;
alter table assignment_updates force row level security;

create policy assignments_seen on assignments for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy assignments_moved on assignments for update to section55_app using (
    area = any ((select scope_areas())::text[]));
-- Publishing an inspection opens the assignments of every subject area; nothing but a fresh one can be put in so.
create policy assignments_opened on assignments for insert to section55_app with check (
    version = 1 and force_status in ('awaiting_allocation', 'dependent_on_other') and body_view = 'none'
    and assurance_opinion = 'none' and inspectorate_status = 'open' and owner is null and evidence_count = 0);

create policy target_moves_seen on target_moves for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy target_moves_added on target_moves for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'force' = any ((select scope_sides())::text[]));
create policy positions_seen on positions for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy positions_taken on positions for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and case position
        when 'body_view' then 'policing_body' = any ((select scope_sides())::text[])
        when 'assurance_opinion' then 'audit' = any ((select scope_sides())::text[])
        else (select scope_sides())::text[] && array['policing_body', 'force'] end);
create policy assignment_updates_seen on assignment_updates for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy assignment_updates_added on assignment_updates for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and side = any ((select scope_sides())::text[]));

grant select, insert, update on assignments to section55_app;
grant select, insert on target_moves, positions, assignment_updates to section55_app;

-- How a line stands, from the four positions: the first that holds. `overdue` depends on the day and is added by
-- published.headline.
create function standing(force_status text, body_view text, inspectorate_status text) returns text
immutable language sql as $$
    select case
        when inspectorate_status in ('closed', 'closed_verified') then 'closed'
        when force_status in ('superseded', 'not_applicable', 'will_not_implement') then force_status
        when force_status = 'force_complete' and body_view = 'assured' then 'complete'
        when force_status = 'force_complete' then 'awaiting_assurance'
        when force_status = 'dependent_on_other' then 'waiting_on_other'
        when force_status in ('in_progress', 'embedding', 'awaiting_sign_off') then 'in_progress'
        else 'not_started' end
$$;

-- The last day on which a line is in time: the area's own target, else the report's. What is to be done immediately is
-- not late before the response to the report is.
create function published.last_day(local_target_on date, target_kind text, target_on date, due_on date) returns date
immutable language sql as $$
    select coalesce(local_target_on, case when target_kind = 'immediate' then greatest(target_on, due_on) else target_on end)
$$;
create function published.is_overdue(standing text, last_day date, today date) returns boolean
immutable language sql as $$
    select coalesce(last_day < today, false) and standing in ('waiting_on_other', 'in_progress', 'not_started')
$$;
create function published.headline(standing text, is_overdue boolean) returns text
immutable language sql as $$
    select case when is_overdue and standing in ('in_progress', 'not_started') then 'overdue' else standing end
$$;

-- What anyone may read of an area's line once its response is published. The database itself keeps the copy, so that
-- no write can forget it.
create table published.assignments (
    id                  uuid primary key,
    recommendation_id   uuid not null,
    inspection_id       uuid not null,
    area                text not null,
    standing            text not null,
    body_view           text not null,
    inspectorate_status text not null,
    -- Shown by its effect on the headline alone.
    local_target_on     date,
    version             bigint not null,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    constraint published_assignments_one_per_area unique (recommendation_id, area)
);
create index published_assignments_by_area on published.assignments (area, inspection_id);

create function publish_assignments(of_inspection uuid, of_area text, only_id uuid, at timestamptz) returns void
language sql as $$
    insert into published.assignments as p (id, recommendation_id, inspection_id, area, standing, body_view,
                                            inspectorate_status, local_target_on, version, created_at, updated_at)
    select a.id, a.recommendation_id, a.inspection_id, a.area,
           record.standing(a.force_status, a.body_view, a.inspectorate_status), a.body_view, a.inspectorate_status,
           a.local_target_on, 1, at, at
    from record.assignments a
    where a.inspection_id = of_inspection and a.area = of_area and (only_id is null or a.id = only_id)
    on conflict (id) do update
    set standing = excluded.standing, body_view = excluded.body_view,
        inspectorate_status = excluded.inspectorate_status, local_target_on = excluded.local_target_on,
        -- That the local target moved is not shown, and so not told by a count or an instant either.
        version = case when (p.standing, p.body_view, p.inspectorate_status)
                            is distinct from (excluded.standing, excluded.body_view, excluded.inspectorate_status)
                       then p.version + 1 else p.version end,
        updated_at = case when (p.standing, p.body_view, p.inspectorate_status)
                               is distinct from (excluded.standing, excluded.body_view, excluded.inspectorate_status)
                          then excluded.updated_at else p.updated_at end
    where (p.standing, p.body_view, p.inspectorate_status, p.local_target_on)
        is distinct from (excluded.standing, excluded.body_view, excluded.inspectorate_status, excluded.local_target_on)
$$;

create function response_published() returns trigger language plpgsql as $$
begin
    perform record.publish_assignments(new.inspection_id, new.area, null, new.updated_at);
    return null;
end $$;
create trigger responses_published after insert on published.responses
    for each row execute function response_published();

create function assignment_written() returns trigger language plpgsql as $$
begin
    if exists (select from published.responses where inspection_id = new.inspection_id and area = new.area) then
        perform record.publish_assignments(new.inspection_id, new.area, new.id, new.updated_at);
    end if;
    return null;
end $$;
create trigger assignments_written after insert or update on assignments
    for each row execute function assignment_written();

alter table published.assignments enable row level security;
create policy assignments_read on published.assignments for select to section55_app, section55_public using (true);
create policy assignments_written on published.assignments for all to section55_app using (
    area = any ((select record.scope_areas())::text[]));
grant select on published.assignments to section55_app, section55_public;
grant insert, update on published.assignments to section55_app;

-- Publishing a recommendation that takes the place of an older one closes the older one's lines in every area that the
-- new one binds, other areas' too: the one write across areas, done by the owner, and only where the record itself says
-- that it is so. `open` names the states that can be left for `superseded`.
create policy inspections_kept on inspections for select to section55_owner using (true);
create policy recommendations_kept on recommendations for select to section55_owner using (true);
create policy assignments_kept on assignments for all to section55_owner using (true);

create function supersede_older(inspection uuid, open text[], at timestamptz)
returns table (id uuid, recommendation_id uuid, inspection_id uuid, area text, was text, body_view text,
               assurance_opinion text, inspectorate_status text, owner text, local_target_on date, dependency text,
               superseded_by uuid, submitted_issuer text, submitted_subject text, version bigint, created_at timestamptz,
               updated_before timestamptz)
security definer set search_path = record, pg_temp language sql as $$
    with older as (
        select o.id, o.force_status, o.updated_at, n.id as newer
        from inspections i
        join recommendations n on n.inspection_id = i.id
        join assignments o on o.recommendation_id = n.supersedes
        where i.id = inspection and i.state = 'published' and o.force_status = any (open)
          and exists (select from assignments a where a.recommendation_id = n.id and a.area = o.area)
        for update of o
    )
    update assignments a
    set force_status = 'superseded', superseded_by = older.newer, version = a.version + 1, updated_at = at
    from older
    where a.id = older.id
    returning a.id, a.recommendation_id, a.inspection_id, a.area, older.force_status, a.body_view, a.assurance_opinion,
              a.inspectorate_status, a.owner, a.local_target_on, a.dependency, a.superseded_by, a.submitted_issuer,
              a.submitted_subject, a.version, a.created_at, older.updated_at
$$;
revoke all on function supersede_older(uuid, text[], timestamptz) from public;
grant execute on function supersede_older(uuid, text[], timestamptz) to section55_app;

-- Inspections published before have their lines too.
alter table responses no force row level security;
alter table events no force row level security;

create function new_id() returns uuid volatile language sql as $$
    select encode(set_byte(set_byte(
        substring(decode(lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0'), 'hex') from 1 for 6)
            || substring(uuid_send(gen_random_uuid()) from 7),
        6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
        8, (get_byte(uuid_send(gen_random_uuid()), 8) & 63) | 128), 'hex')::uuid
$$;

with opened as (
    insert into assignments (id, recommendation_id, inspection_id, area, force_status, dependency, created_at, updated_at)
    select new_id(), c.id, i.id, r.area, case when o.other then 'dependent_on_other' else 'awaiting_allocation' end,
           case when o.other then array_to_string(c.addressees, ', ') end, now(), now()
    from responses r
    join inspections i on i.id = r.inspection_id
    join recommendations c on c.inspection_id = i.id and c.kind <> 'cause_of_concern'
    cross join lateral (select cardinality(c.addressees) > 0
                               and not c.addressees && array['chief_constables', 'policing_bodies'] as other) o
    where i.state = 'published'
    order by i.published_on, c.ordinal, r.area
    returning id, area, force_status
)
insert into events (id, at, area, actor_issuer, actor_subject, actor_name, actor_roles, resource, resource_id, version,
                    action, to_state, request_id)
select new_id(), now(), area, 'section55', 'migration', 'Section 55', '{}', 'assignment', id, 1, 'open', force_status,
       'migration-9'
from opened;

drop function new_id();
alter table responses force row level security;
alter table events force row level security;
