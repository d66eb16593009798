-- Imported positions and import profiles: who may read and write them, and the writes that reach beyond the rows of one
-- caller. Also what the correction of a recommendation does to its assignments.

-- Correcting the addressees of a published recommendation changes its assignments in every area, other areas included. It
-- runs as the owner, and only on assignments that nobody has moved since they were opened. Like supersede_assignments, it
-- writes across areas.
create function readdress_assignments(recommendation uuid, earlier_status text, earlier_dependency text, later_status text,
                                      later_dependency text, at timestamptz)
returns table (id uuid, inspection_id uuid, area text, body_view text, assurance_opinion text, inspectorate_status text,
               version bigint, created_at timestamptz, updated_before timestamptz)
security definer set search_path = record, pg_temp language sql as $$
    with opened as (
        select a.id, a.updated_at, a.version = a.blank_version as is_blank
        from assignments a
        join inspections i on i.id = a.inspection_id
        where a.recommendation_id = recommendation and i.state = 'published'
          and earlier_status in ('awaiting_allocation', 'dependent_on_other')
          and later_status in ('awaiting_allocation', 'dependent_on_other')
          and a.force_status = earlier_status and a.dependency is not distinct from earlier_dependency
          and a.owner is null and a.local_target_on is null and a.submitted_subject is null
          and not exists (select from target_changes c where c.assignment_id = a.id)
        for update of a
    )
    update assignments a
    set force_status = later_status, dependency = later_dependency, version = a.version + 1, updated_at = at,
        -- The correction is not the area's own, so where nothing was recorded, nothing is.
        blank_version = case when opened.is_blank then a.version + 1 else a.blank_version end
    from opened
    where a.id = opened.id
    returning a.id, a.inspection_id, a.area, a.body_view, a.assurance_opinion, a.inspectorate_status, a.version, a.created_at,
              opened.updated_at
$$;
revoke all on function readdress_assignments(uuid, text, text, text, text, timestamptz) from public;
grant execute on function readdress_assignments(uuid, text, text, text, text, timestamptz) to section55_app;

-- Undoing an import withdraws its positions that nobody has decided on, those of the force included, which the policing body
-- cannot see. Returns all positions of the import as they were, without their values. The caller must append an event for
-- each one that was in the state `earlier`.
create function withdraw_imported_positions(import uuid, areas text[], earlier text, later text, issuer text, subject text,
                                            name text, at timestamptz)
returns table (id uuid, import_id uuid, area text, inspection_id uuid, recommendation_id uuid, side text, filename text,
               sha256 text, as_at date, state text, proposed_by text, decided_by text, decided_at timestamptz,
               version bigint, created_at timestamptz, updated_at timestamptz)
security definer set search_path = record, pg_temp language sql as $$
    with found as (
        select p.*
        from imported_positions p
        where p.import_id = import and in_scope(p.area, areas) and p.area = any (scope_areas())
          and 'policing_body' = any (scope_sides())
        order by p.id
        for update
    ), withdrawn as (
        update imported_positions p
        set state = later, decided_issuer = issuer, decided_subject = subject, decided_name = name, decided_at = at,
            version = p.version + 1, updated_at = at
        from found f
        where p.id = f.id and f.state = earlier
    )
    select f.id, f.import_id, f.area, f.inspection_id, f.recommendation_id, f.side, f.filename, f.sha256, f.as_at, f.state,
           coalesce(f.proposed_name, f.proposed_subject), coalesce(f.decided_name, f.decided_subject), f.decided_at, f.version,
           f.created_at, f.updated_at
    from found f
    order by f.id
$$;
revoke all on function withdraw_imported_positions(uuid, text[], text, text, text, text, text, timestamptz) from public;
grant execute on function withdraw_imported_positions(uuid, text[], text, text, text, text, text, timestamptz)
    to section55_app;

-- Row security, which also binds the owner.
do $$
declare
    t text;
begin
    foreach t in array array['imported_positions', 'import_profiles'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
    end loop;
end $$;

-- Imported positions: each side reads and decides on its own and the inspectorate's. The policing body, which imports the
-- tracker, proposes those of both sides.
create policy imported_positions_select on imported_positions for select to section55_app using (
    area = any ((select scope_areas())::text[])
    and (select scope_sides())::text[] && case side
        when 'inspectorate' then array['policing_body', 'force', 'audit'] else array[side, 'audit'] end);
create policy imported_positions_insert on imported_positions for insert to section55_app with check (
    area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[]) and version = 1
    and state = 'proposed');
create policy imported_positions_update on imported_positions for update to section55_app using (
    area = any ((select scope_areas())::text[])
    and (select scope_sides())::text[] && case side
        when 'inspectorate' then array['policing_body', 'force'] else array[side] end);

-- An area's import profile is the policing body's own. A registrar who creates an area creates its empty profile.
create policy import_profiles_select on import_profiles for select to section55_app using (
    area = any ((select scope_areas())::text[]) and (select scope_sides())::text[] && array['policing_body', 'audit']);
create policy import_profiles_update on import_profiles for update to section55_app using (
    area = any ((select scope_areas())::text[]) and 'policing_body' = any ((select scope_sides())::text[]));
create policy import_profiles_insert on import_profiles for insert to section55_app with check (
    (select scope_registrar()) and version = 1 and words = '{}');

-- For readdress_assignments and withdraw_imported_positions, which run as the owner.
create policy target_changes_by_owner on target_changes for select to section55_owner using (true);
create policy imported_positions_by_owner on imported_positions for all to section55_owner using (true);

grant select, insert, update on imported_positions, import_profiles to section55_app;
