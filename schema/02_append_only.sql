-- What nobody may rewrite, not even the owner of the tables; and checks inside a statement, for a service that sends its
-- commit together with the statement and cannot look at the result in between.

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;

do $$
declare
    t text;
begin
    foreach t in array array[
        'record.events', 'record.target_changes', 'record.positions', 'record.assignment_updates', 'record.retention_reviews',
        'record.audit_leaves', 'record.audit_tiles', 'record.audit_epochs', 'record.audit_heads',
        'record.audit_checkpoints', 'record.changes', 'published.changes'] loop
        execute format('create trigger %I before update or delete or truncate on %s
                        for each statement execute function refuse_change()',
                       replace(replace(t, 'record.', ''), '.', '_') || '_append_only', t);
    end loop;
    -- Their rows change, as by a review or an erasure, and are never deleted.
    foreach t in array array['event_notes', 'event_payloads', 'evidence_files', 'evidence_reviews'] loop
        execute format('create trigger %I before delete or truncate on %I
                        for each statement execute function refuse_change()', t || '_append_only', t);
    end loop;
    foreach t in array array['evidence', 'file_contents', 'legal_holds', 'disposals'] loop
        execute format('create trigger %I before delete or truncate on %I
                        for each statement execute function refuse_change()', t || '_kept', t);
    end loop;
end $$;

-- Fails unless the statement wrote as many rows as it should.
create function assert_row_count(have bigint, want bigint) returns boolean volatile language plpgsql as $$
begin
    if have <> want then
        raise exception '% of % rows were written', have, want using errcode = 'cardinality_violation';
    end if;
    return true;
end $$;

-- Fails unless the record was at the version that the caller read.
create function assert_version(written bigint) returns boolean volatile language plpgsql as $$
begin
    if written <> 1 then
        raise exception 'the record stands at another version' using errcode = 'S5501';
    end if;
    return true;
end $$;
