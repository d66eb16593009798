-- What every event calls. Each name in these is written with its schema, operators too, so that nobody's search_path decides
-- what they mean: setting one for a function costs about as much as their work.
create or replace function queue_events() returns trigger language plpgsql security definer as $$
begin
    insert into record.audit_queue (seq, event_id) select seq, id from fresh;
    return null;
end $$;
alter function queue_events() reset search_path;

create or replace function audit_before(record uuid, which text, state text) returns text
    language plpgsql stable strict security definer as $$
begin
    return (select pg_catalog.encode(pg_catalog.sha256(
                       p.salt operator(pg_catalog.||) pg_catalog.convert_to(state, 'UTF8')), 'hex')
            from record.event_payloads p
            where p.resource_id operator(pg_catalog.=) audit_before.record and p.part operator(pg_catalog.=) which
            order by p.version desc, p.seq desc
            limit 1);
end $$;
alter function audit_before(uuid, text, text) reset search_path;

-- Holds that a record stood at the version it was written from, within the statement: whoever sends it together with the
-- commit cannot look before.
create function hold_version(written bigint) returns boolean volatile language plpgsql as $$
begin
    if written <> 1 then
        raise exception 'the record stands at another version' using errcode = 'S5501';
    end if;
    return true;
end $$;

-- What is published of a line follows from the row that was written: nothing is read again. A line whose response is not
-- published has no such row; one that is opened after that is copied as before.
create function published_assignment_written() returns trigger language plpgsql as $$
declare
    stands text := record.standing(new.force_status, new.body_view, new.inspectorate_status);
begin
    update published.assignments p
    set standing = stands, body_view = new.body_view, inspectorate_status = new.inspectorate_status,
        local_target_on = new.local_target_on,
        -- That the local target moved is not shown, and so not told by a count or an instant either.
        version = case when (p.standing, p.body_view, p.inspectorate_status)
                            is distinct from (stands, new.body_view, new.inspectorate_status)
                       then p.version + 1 else p.version end,
        updated_at = case when (p.standing, p.body_view, p.inspectorate_status)
                               is distinct from (stands, new.body_view, new.inspectorate_status)
                          then new.updated_at else p.updated_at end
    where p.id = new.id
      and (p.standing, p.body_view, p.inspectorate_status, p.local_target_on)
          is distinct from (stands, new.body_view, new.inspectorate_status, new.local_target_on);
    return null;
end $$;

drop trigger assignments_written on assignments;
create trigger assignments_opened after insert on assignments for each row execute function assignment_written();
create trigger assignments_written after update on assignments for each row
    when ((new.force_status, new.body_view, new.inspectorate_status, new.local_target_on)
          is distinct from (old.force_status, old.body_view, old.inspectorate_status, old.local_target_on))
    execute function published_assignment_written();
