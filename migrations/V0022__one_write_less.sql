-- An `Idempotency-Key` is held by a lock while its request runs, and written once, with the answer: half the writes of a row
-- that is taken first and filled in later, and nothing for a vacuum to do.

-- Waits a second at most; the row is looked for after the wait, and by its index, also where the plan was made while the
-- table stood swept and empty.
create function take_key(of_caller text, of_key text) returns setof idempotency_keys
volatile language plpgsql set lock_timeout = 1000 set enable_seqscan = off as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(of_caller || ' ' || of_key, 24));
    return query select * from idempotency_keys where caller = of_caller and key = of_key;
end $$;
revoke all on function take_key(text, text) from public;
grant execute on function take_key(text, text) to section55_app;

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
