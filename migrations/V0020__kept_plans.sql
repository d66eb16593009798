-- What is called for each row that is written, in PL/pgSQL: PostgreSQL plans a function of language SQL that it cannot
-- inline anew in each statement that calls it, which took longer than the work itself, and keeps the plans of these for as
-- long as the connection lives.

create or replace function publish_assignments(of_inspection uuid, of_area text, only_id uuid, at timestamptz) returns void
language plpgsql as $$
begin
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
        is distinct from (excluded.standing, excluded.body_view, excluded.inspectorate_status, excluded.local_target_on);
end $$;

create or replace function audit_before(record uuid, which text, state text) returns text
    language plpgsql stable strict security definer set search_path = record, pg_temp as $$
begin
    return (select encode(sha256(p.salt || convert_to(state, 'UTF8')), 'hex')
            from event_payloads p
            where p.resource_id = audit_before.record and p.part = which
            order by p.version desc, p.seq desc
            limit 1);
end $$;
