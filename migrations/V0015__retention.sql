-- How long records are kept: days on which they are reviewed, holds that keep them whatever the day, and disposals that one
-- person proposes, another confirms and the service carries out, leaving a certificate of what went: ids and digests only.

alter table area_settings
    add column retention_years integer not null default 7 check (retention_years between 1 and 100);
create or replace view past.area_settings with (security_invoker = true) as
    select s.*
    from (select unnest((select scope_areas())::text[]) as area) a
    left join lateral (select nullif(p.payload::jsonb -> 'after', 'null') as it
                       from event_payloads p
                       where p.resource = 'area' and p.part = 'settings' and p.area = a.area and p.at <= past.instant()
                       order by p.version desc, p.seq desc
                       limit 1) p on true
    cross join lateral jsonb_populate_record(null::record.area_settings,
        '{"afi_explanation_required": false, "comments_days": 28, "reminder_days": [14, 7, 3, 1], "retention_years": 7}'::jsonb
        || coalesce(p.it, '{}') || jsonb_build_object('area', a.area)) s;

create table legal_holds (
    id            uuid primary key,
    area          text not null references areas (code),
    resource      text not null check (resource in ('response', 'assignment', 'evidence')),
    -- It and all that lies below it: a response's lines, a line's evidence.
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

-- Each time somebody looked whether a record is still needed, and said until when it is.
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

create table disposals (
    id               uuid primary key,
    area             text not null references areas (code),
    ground           text not null check (ground in ('retention', 'erasure')),
    resource         text not null check (resource in ('response', 'assignment', 'evidence', 'event')),
    resource_id      uuid not null,
    -- The record and those it lies below: a hold on any of them keeps it.
    within           uuid[] not null,
    -- The side whose words they are: one of the two people is of it.
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

create trigger legal_holds_kept before delete or truncate on legal_holds
    for each statement execute function refuse_change();
create trigger retention_reviews_append_only before update or delete or truncate on retention_reviews
    for each statement execute function refuse_change();
create trigger disposals_kept before delete or truncate on disposals
    for each statement execute function refuse_change();

alter table legal_holds enable row level security;
alter table legal_holds force row level security;
alter table retention_reviews enable row level security;
alter table retention_reviews force row level security;
alter table disposals enable row level security;
alter table disposals force row level security;

create policy legal_holds_seen on legal_holds for select to section55_app using (area = any ((select scope_areas())::text[]));
create policy legal_holds_set on legal_holds for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and version = 1 and state = 'in_force');
create policy legal_holds_lifted on legal_holds for update to section55_app using (area = any ((select scope_areas())::text[]));
create policy retention_reviews_seen on retention_reviews for select to section55_app using (
    area = any ((select scope_areas())::text[]));
create policy retention_reviews_added on retention_reviews for insert to section55_app with check (
    area = any ((select scope_areas())::text[]));
create policy disposals_seen on disposals for select to section55_app using (area = any ((select scope_areas())::text[]));
create policy disposals_proposed on disposals for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and version = 1 and state = 'proposed');
create policy disposals_moved on disposals for update to section55_app using (area = any ((select scope_areas())::text[]));

grant select, insert, update on legal_holds, disposals to section55_app;
grant select, insert on retention_reviews to section55_app;

-- What was disposed of keeps its row, without words and without bytes.
alter table evidence add column disposed_at timestamptz;
alter table contents add column disposed_at timestamptz;
grant update (disposed_at) on contents to section55_app;

create function require_disposed_item() returns trigger language plpgsql as $$
begin
    if exists (select from evidence e where e.id = old.evidence_id and e.disposed_at is not null) then
        return new;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
drop trigger evidence_files_append_only on evidence_files;
drop trigger evidence_reviews_append_only on evidence_reviews;
create trigger evidence_files_append_only before delete or truncate on evidence_files
    for each statement execute function refuse_change();
create trigger evidence_reviews_append_only before delete or truncate on evidence_reviews
    for each statement execute function refuse_change();
create trigger evidence_files_disposed before update on evidence_files
    for each row execute function require_disposed_item();
create trigger evidence_reviews_disposed before update on evidence_reviews
    for each row execute function require_disposed_item();

-- Bytes are let go once no item that stands has them.
create function require_no_holder() returns trigger language plpgsql as $$
begin
    if exists (select from evidence_files f join evidence e on e.id = f.evidence_id
               where f.area = new.area and f.sha256 = new.sha256 and e.disposed_at is null) then
        raise exception 'an item still has these bytes' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger contents_disposed before update on contents
    for each row when (new.disposed_at is not null and old.disposed_at is null) execute function require_no_holder();

-- For the function below alone; nothing runs as the owner.
do $$
declare
    t text;
begin
    foreach t in array array['legal_holds', 'disposals', 'events', 'event_notes', 'event_payloads', 'evidence', 'contents',
                             'evidence_files', 'evidence_reviews', 'responses', 'response_texts', 'explanations'] loop
        execute format('create policy %I on %I for all to section55_owner using (true)', t || '_disposed', t);
    end loop;
end $$;

-- Carries out what two people decided, unless it is held: takes the words of the record's events out of the log's side
-- tables, and, where the record itself goes, its own. Gives what went. The caller's transaction must tell of each event.
create function dispose(disposal uuid, now timestamptz)
returns table (resource text, id uuid, version bigint, area text, digest text)
security definer set search_path = record, pg_temp language plpgsql as $$
#variable_conflict use_column
declare
    d disposals;
    gone uuid[];
    held boolean;
begin
    select * into d from disposals x where x.id = disposal for update;
    if d.state is distinct from 'confirmed' or d.disposed_at is not null then
        raise exception 'this was not decided' using errcode = 'insufficient_privilege';
    end if;
    -- No hold is set in the meantime.
    lock table legal_holds in share mode;
    select exists (select from legal_holds h where h.state = 'in_force' and h.resource_id = any (d.within)) into held;
    if held then
        return;
    end if;
    select array_agg(e.id) into gone
    from events e
    where e.area = d.area and not e.shared
      and case d.resource
          when 'event' then e.id = d.resource_id
          else (e.resource, e.resource_id) = (d.resource, d.resource_id)
               or d.resource = 'evidence' and e.resource = 'file'
                  and e.resource_id in (select f.id from evidence_files f where f.evidence_id = d.resource_id) end;
    return query
        with payloads as (
            update event_payloads p set payload = null, salt = null
            where p.event_id = any (gone) and p.payload is not null
            returning p.event_id
        ), notes as (
            update event_notes n set note = null, salt = null
            where n.event_id = any (gone) and n.note is not null
            returning n.event_id
        )
        select 'event', e.id, e.version, e.area, null::text
        from events e
        where e.id in (select event_id from payloads union select event_id from notes)
        order by e.seq;
    if d.ground = 'erasure' then
        return;
    end if;
    if d.resource = 'response' then
        return query
            with texts as (
                delete from response_texts t where t.response_id = d.resource_id returning t.text
            ), explained as (
                delete from explanations x where x.response_id = d.resource_id returning x.text
            )
            update responses r set version = r.version + 1, updated_at = now
            where r.id = d.resource_id
            returning 'response', r.id, r.version, r.area, null::text;
        return;
    end if;
    return query
        update evidence e
        set disposed_at = now, title = 'Disposed of', description = null, author_name = null, lowering_issuer = null,
            lowering_subject = null, lowering_name = null, lowering_reason = null, lowering_at = null,
            withdrawn_reason = case when e.withdrawn_reason is not null then 'Disposed of' end, version = e.version + 1,
            updated_at = now
        where e.id = d.resource_id
        returning 'evidence', e.id, e.version, e.area, null::text;
    update evidence_reviews v set note = 'Disposed of' where v.evidence_id = d.resource_id;
    return query
        update evidence_files f set filename = 'disposed-of', name = null
        where f.evidence_id = d.resource_id
        returning 'file', f.id, f.version::bigint, f.area, f.sha256;
    -- Whoever sends the same bytes at this moment is waited for.
    perform from contents c
        where c.area = d.area and c.sha256 in (select f.sha256 from evidence_files f where f.evidence_id = d.resource_id)
        for update;
    update contents c set disposed_at = now
    where c.area = d.area and c.disposed_at is null
      and c.sha256 in (select f.sha256 from evidence_files f where f.evidence_id = d.resource_id)
      and not exists (select from evidence_files f join evidence e on e.id = f.evidence_id
                      where f.area = c.area and f.sha256 = c.sha256 and e.disposed_at is null);
end $$;
revoke all on function dispose(uuid, timestamptz) from public;
grant execute on function dispose(uuid, timestamptz) to section55_app;
