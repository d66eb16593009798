-- The published copy: views and triggers by which the database itself keeps it current, so that no write can forget it.

-- How an area works is for the area alone. The rest of an area is public.
create view published.areas as
    select id, code, name, country, policing_body_name, policing_body_kind, office_holder_title, policing_body_since,
           force_name, chief_officer_title, valid_from, valid_to, successor, version, created_at, updated_at
    from areas;

-- Checkpoints, and the keys that verify them, are public.
create view published.audit_checkpoints as
    select epoch, size, root, note from audit_checkpoints;
create view published.audit_keys as
    select epoch, opened_at, reason, key from audit_epochs;

-- The current edition of each published response, with its copies.
create view current_editions with (security_invoker = true) as
    select p.copies, e.*
    from published.responses p
    join published.editions e on e.response_id = p.id and e.edition = p.edition;

-- Functions that run for each row are in PL/pgSQL, which keeps their plans for as long as the connection lives. PostgreSQL
-- plans a function of language SQL anew in each statement that calls it, unless it can inline the function.

-- Publishing a response publishes its area's assignments.
create function publish_assignments(of_inspection uuid, of_area text, only_id uuid, at timestamptz) returns void
language plpgsql as $$
begin
    insert into published.assignments as p (id, recommendation_id, inspection_id, area, base_headline, body_view,
                                            inspectorate_status, local_target_on, blank_since, version, created_at,
                                            updated_at)
    select a.id, a.recommendation_id, a.inspection_id, a.area,
           record.base_headline(a.force_status, a.body_view, a.inspectorate_status), a.body_view, a.inspectorate_status,
           a.local_target_on, record.blank_since(a.version, a.blank_version, a.created_at), 1, at, at
    from record.assignments a
    where a.inspection_id = of_inspection and a.area = of_area and (only_id is null or a.id = only_id)
    on conflict (id) do update
    set base_headline = excluded.base_headline, body_view = excluded.body_view,
        inspectorate_status = excluded.inspectorate_status, local_target_on = excluded.local_target_on,
        blank_since = excluded.blank_since,
        -- A move of the local target is not public, nor is a record of the area, so they change neither the version nor the
        -- instant.
        version = case when (p.base_headline, p.body_view, p.inspectorate_status)
                            is distinct from (excluded.base_headline, excluded.body_view, excluded.inspectorate_status)
                       then p.version + 1 else p.version end,
        updated_at = case when (p.base_headline, p.body_view, p.inspectorate_status)
                               is distinct from (excluded.base_headline, excluded.body_view, excluded.inspectorate_status)
                          then excluded.updated_at else p.updated_at end
    where (p.base_headline, p.body_view, p.inspectorate_status, p.local_target_on, p.blank_since)
        is distinct from (excluded.base_headline, excluded.body_view, excluded.inspectorate_status, excluded.local_target_on,
                          excluded.blank_since);
end $$;
create function publish_response_assignments() returns trigger language plpgsql as $$
begin
    perform record.publish_assignments(new.inspection_id, new.area, null, new.updated_at);
    return null;
end $$;
create trigger responses_published after insert on published.responses
    for each row execute function publish_response_assignments();

-- An assignment that is created after the response was published is copied at once.
create function publish_new_assignment() returns trigger language plpgsql as $$
begin
    if exists (select from published.responses where inspection_id = new.inspection_id and area = new.area) then
        perform record.publish_assignments(new.inspection_id, new.area, new.id, new.updated_at);
    end if;
    return null;
end $$;
create trigger assignments_opened after insert on assignments for each row execute function publish_new_assignment();

-- The public copy of a changed assignment follows from the new row. Where the response is not published there is no copy.
create function update_published_assignment() returns trigger language plpgsql as $$
declare
    stands text := record.base_headline(new.force_status, new.body_view, new.inspectorate_status);
    since date := record.blank_since(new.version, new.blank_version, new.created_at);
begin
    update published.assignments p
    set base_headline = stands, body_view = new.body_view, inspectorate_status = new.inspectorate_status,
        local_target_on = new.local_target_on, blank_since = since,
        -- A move of the local target is not public, nor is a record of the area, so they change neither the version nor the
        -- instant.
        version = case when (p.base_headline, p.body_view, p.inspectorate_status)
                            is distinct from (stands, new.body_view, new.inspectorate_status)
                       then p.version + 1 else p.version end,
        updated_at = case when (p.base_headline, p.body_view, p.inspectorate_status)
                               is distinct from (stands, new.body_view, new.inspectorate_status)
                          then new.updated_at else p.updated_at end
    where p.id = new.id
      and (p.base_headline, p.body_view, p.inspectorate_status, p.local_target_on, p.blank_since)
          is distinct from (stands, new.body_view, new.inspectorate_status, new.local_target_on, since);
    return null;
end $$;
create trigger assignments_written after update on assignments for each row
    when ((new.force_status, new.body_view, new.inspectorate_status, new.local_target_on, new.version = new.blank_version)
          is distinct from (old.force_status, old.body_view, old.inspectorate_status, old.local_target_on,
                            old.version = old.blank_version))
    execute function update_published_assignment();

-- A copied assignment has the place of its recommendation in the report, by which lists are sorted.
create function set_published_ordinal() returns trigger language plpgsql as $$
begin
    select r.ordinal into new.ordinal from published.recommendations r where r.id = new.recommendation_id;
    return new;
end $$;
create trigger placed before insert on published.assignments for each row execute function set_published_ordinal();

-- Counts each transaction that writes published records, once. A savepoint that is rolled back takes back both the row and
-- the setting.
create function count_published_write() returns trigger
security definer set search_path = record, pg_temp language plpgsql as $$
begin
    if current_setting('section55.published', true) = 'on' then
        return null;
    end if;
    update published.write_counts set count = count + 1
    where slot = (select slot from published.write_counts order by slot limit 1 for update skip locked);
    if not found then
        insert into published.write_counts (count) values (1);
    end if;
    perform set_config('section55.published', 'on', true);
    return null;
end $$;
revoke all on function count_published_write() from public;
-- The triggers are for each row, so that a statement that changes nothing does not count.
do $$ declare t text; begin
    foreach t in array array['published.inspections', 'published.recommendations', 'published.responses',
                             'published.editions', 'published.assignments', 'published.bank_holidays',
                             'record.areas'] loop
        execute format('create trigger counted after insert or update or delete on %s
                        for each row execute function count_published_write()', t);
        execute format('create trigger counted_whole after truncate on %s
                        for each statement execute function count_published_write()', t);
    end loop;
end $$;
