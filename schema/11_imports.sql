-- Work on imported proposals that reaches beyond the rows of one caller.

-- Discards the proposals that expired by `now`, and returns them as they are afterwards. The caller must append an event for
-- each row returned, in the same transaction.
create function discard_expired_import_proposals(now timestamptz, most bigint) returns setof import_proposals
security definer set search_path = record, pg_temp language sql as $$
    update import_proposals p
    set state = 'discarded', version = p.version + 1, updated_at = now, finished_at = now
    where p.id in (select e.id from import_proposals e
                   where e.state = 'proposed' and e.expires_at <= now
                   order by e.expires_at, e.id limit most for update skip locked)
    returning p.*
$$;
revoke all on function discard_expired_import_proposals(timestamptz, bigint) from public;
grant execute on function discard_expired_import_proposals(timestamptz, bigint) to section55_app;

-- Disposes of the files and texts of imports that were discarded, once their 30 days are over, and returns the imports as they
-- are afterwards. The bytes go when no record refers to them. The caller must append an event for each row returned, in the
-- same transaction.
create function dispose_of_discarded_imports(now timestamptz, most bigint) returns setof import_proposals
security definer set search_path = record, pg_temp language sql as $$
    update import_proposals p
    set reading = '{"is_one_document": {"confidence": "missing"}, "inspection": {}, "recommendations": [], "response": {},
                    "positions": [], "columns": [], "questions": [], "unclaimed": [], "notices": []}',
        answers = '{}', document = null, filename = 'disposed-of', name = null, disposed_at = now, version = p.version + 1,
        updated_at = now
    where p.id in (select e.id from import_proposals e
                   where e.state = 'discarded' and e.disposed_at is null and e.expires_at <= now
                     and not exists (select from legal_holds h where h.state = 'in_force' and h.resource_id = e.id)
                   order by e.expires_at, e.id limit most for update skip locked)
    returning p.*
$$;
revoke all on function dispose_of_discarded_imports(timestamptz, bigint) from public;
grant execute on function dispose_of_discarded_imports(timestamptz, bigint) to section55_app;

-- Returns true if another area has changed its response or an assignment of an inspection. Undoing an import asks this, because
-- it would withdraw the inspection under that area's work. The answer names neither the area nor its work.
create function inspection_has_work_elsewhere(inspection uuid, own_area text) returns boolean
security definer set search_path = record, pg_temp stable language sql as $$
    select exists (select from responses r
                   where r.inspection_id = inspection and r.area is distinct from own_area and r.version > 1)
        or exists (select from assignments a
                   where a.inspection_id = inspection and a.area is distinct from own_area and a.version > 1)
$$;
revoke all on function inspection_has_work_elsewhere(uuid, text) from public;
grant execute on function inspection_has_work_elsewhere(uuid, text) to section55_app;
