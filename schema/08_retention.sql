-- Retention: what may be removed, and the removal itself.

-- Deletes stored responses older than `before` and returns the number deleted.
create function delete_expired_idempotency_keys(before timestamptz) returns bigint
security definer set search_path = record, pg_temp language sql as $$
    with gone as (delete from idempotency_keys where at < before returning 1) select count(*) from gone
$$;
revoke all on function delete_expired_idempotency_keys(timestamptz) from public;
grant execute on function delete_expired_idempotency_keys(timestamptz) to section55_app;

-- File versions and reviews change only when their item was disposed of.
create function require_disposed_item() returns trigger language plpgsql as $$
begin
    if exists (select from evidence e where e.id = old.evidence_id and e.disposed_at is not null) then
        return new;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger evidence_files_disposed before update on evidence_files
    for each row execute function require_disposed_item();
create trigger evidence_reviews_disposed before update on evidence_reviews
    for each row execute function require_disposed_item();

-- A file's content is removed only when no remaining item has it.
create function require_unused_content() returns trigger language plpgsql as $$
begin
    if exists (select from evidence_files f join evidence e on e.id = f.evidence_id
               where f.area = new.area and f.sha256 = new.sha256 and e.disposed_at is null) then
        raise exception 'an item still has these bytes' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger file_contents_disposed before update on file_contents
    for each row when (new.disposed_at is not null and old.disposed_at is null) execute function require_unused_content();

-- Carries out a disposal that two people decided, unless a hold keeps the record. Erases the payloads and notes of the
-- record's events and, for a disposal at the end of retention, the record's own words. Returns what was removed. The caller
-- must append an event for each row returned, in the same transaction.
create function dispose(disposal uuid, now timestamptz)
returns table (resource text, id uuid, version bigint, area text, digest text)
security definer set search_path = record, pg_temp language plpgsql as $$
#variable_conflict use_column
declare
    d disposals;
    gone uuid[];
    imports uuid[];
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
    -- The imports that the response's texts came from, with the abandoned imports of the same files.
    if d.resource = 'response' then
        select array_agg(p.id) into imports
        from import_proposals p
        where p.area = d.area and p.disposed_at is null
          and (p.response_id = d.resource_id
               or p.state in ('discarded', 'undone')
                  and p.sha256 in (select q.sha256 from import_proposals q
                                   where q.area = d.area and q.response_id = d.resource_id));
    end if;
    select array_agg(e.id) into gone
    from events e
    where e.area = d.area and not e.shared
      and case d.resource
          when 'event' then e.id = d.resource_id
          else (e.resource, e.resource_id) = (d.resource, d.resource_id)
               or e.resource = 'import' and e.resource_id = any (imports)
               -- Remarks quote the response.
               or d.resource = 'response' and e.resource = 'remark' and e.parent_id = d.resource_id
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
            ), remarked as (
                delete from remarks m where m.response_id = d.resource_id returning m.text
            )
            update responses r set version = r.version + 1, updated_at = now
            where r.id = d.resource_id
            returning 'response', r.id, r.version, r.area, null::text;
        return query
            update import_proposals p
            set reading = '{"is_one_document": {"confidence": "missing"}, "inspection": {}, "recommendations": [],
                            "response": {}, "positions": [], "columns": [], "questions": [], "unclaimed": [],
                            "notices": []}',
                answers = '{}', document = null, filename = 'disposed-of', name = null, disposed_at = now,
                version = p.version + 1, updated_at = now
            where p.id = any (imports)
            returning 'import', p.id, p.version, p.area, p.sha256;
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
    perform from file_contents c
        where c.area = d.area and c.sha256 in (select f.sha256 from evidence_files f where f.evidence_id = d.resource_id)
        for update;
    update file_contents c set disposed_at = now
    where c.area = d.area and c.disposed_at is null
      and c.sha256 in (select f.sha256 from evidence_files f where f.evidence_id = d.resource_id)
      and not exists (select from evidence_files f join evidence e on e.id = f.evidence_id
                      where f.area = c.area and f.sha256 = c.sha256 and e.disposed_at is null);
end $$;
revoke all on function dispose(uuid, timestamptz) from public;
grant execute on function dispose(uuid, timestamptz) to section55_app;
