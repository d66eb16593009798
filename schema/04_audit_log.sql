-- The audit log: every event waits for its place in a tree, and a payload can be erased only by an event that says so.

-- Queues new events. This and audit_digest_before run for every event. Each name in them is written with its schema, operators
-- too, so that nobody's search_path decides what they mean: setting one for a function costs about as much as their work.
create function queue_events() returns trigger language plpgsql security definer as $$
begin
    insert into record.audit_queue (seq, event_id) select seq, id from fresh;
    return null;
end $$;
create trigger events_queued after insert on events
    referencing new table as fresh for each statement execute function queue_events();

-- The number of events that wait for their place, counted up to 100,000, and the instant of the oldest one. The service's role
-- may not read the queue itself.
create function audit_backlog() returns table (waiting bigint, oldest timestamptz)
stable security definer set search_path = record, pg_temp language sql as $$
    select (select count(*) from (select from audit_queue limit 100000) q),
           (select e.at from audit_queue q join events e on e.id = q.event_id order by q.seq limit 1)
$$;
revoke execute on function audit_backlog from public;
grant execute on function audit_backlog to section55_app;

-- The digest of a record before a change, with the salt of the event that last wrote it. It equals that event's own digest
-- unless the record was changed outside the log. The salt stays hidden from callers who may not read that event.
create function audit_digest_before(record uuid, which text, state text) returns text
    language plpgsql stable strict security definer as $$
begin
    return (select pg_catalog.encode(pg_catalog.sha256(
                       p.salt operator(pg_catalog.||) pg_catalog.convert_to(state, 'UTF8')), 'hex')
            from record.event_payloads p
            where p.resource_id operator(pg_catalog.=) audit_digest_before.record and p.part operator(pg_catalog.=) which
            order by p.version desc, p.seq desc
            limit 1);
end $$;
revoke execute on function audit_digest_before from public;
grant execute on function audit_digest_before to section55_app;

-- A payload or a note can be erased, and not changed in any other way.
create function refuse_all_but_erasure() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) ->> 'salt' is null
       and coalesce(to_jsonb(new) ->> 'payload', to_jsonb(new) ->> 'note') is null
       and to_jsonb(new) - 'salt' - 'payload' - 'note' = to_jsonb(old) - 'salt' - 'payload' - 'note' then
        return new;
    end if;
    raise exception '% can only be erased', tg_table_name using errcode = 'insufficient_privilege';
end $$;

-- Whoever erases must append an event that says so, in the same transaction.
create function require_erasure_event() returns trigger language plpgsql as $$
begin
    if not exists (select from events e
                   where e.resource = 'event' and e.action = 'erase' and e.resource_id = old.event_id
                     and e.xmin::text = (pg_current_xact_id()::text::bigint & 4294967295)::text) then
        raise exception '% was erased without an event', tg_table_name using errcode = 'insufficient_privilege';
    end if;
    return null;
end $$;
create trigger event_notes_erased before update or delete on event_notes
    for each row execute function refuse_all_but_erasure();
create trigger event_payloads_erased before update or delete on event_payloads
    for each row execute function refuse_all_but_erasure();
create constraint trigger event_notes_erasure_told after update on event_notes deferrable initially deferred
    for each row execute function require_erasure_event();
create constraint trigger event_payloads_erasure_told after update on event_payloads deferrable initially deferred
    for each row execute function require_erasure_event();
