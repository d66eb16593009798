-- Assignments: how one stands, and what a newer recommendation does to an older one.

-- How an assignment stands, from its positions: the first line that holds. `overdue` and `not_yet_recorded` depend on days, so
-- published.headline adds them. Headline::derive decides the same in the program.
create function base_headline(force_status text, body_view text, inspectorate_status text) returns text
immutable language sql as $$
    select case
        when inspectorate_status in ('closed', 'closed_verified') then 'closed'
        when force_status in ('superseded', 'not_applicable', 'will_not_implement') then force_status
        when force_status = 'force_complete' and body_view = 'assured' then 'complete'
        when force_status = 'force_complete' then 'awaiting_assurance'
        when force_status = 'dependent_on_other' then 'waiting_on_other'
        when force_status in ('in_progress', 'embedding', 'awaiting_sign_off') then 'in_progress'
        else 'not_started' end
$$;

-- The last day on which an assignment is in time: the area's own target, else the report's. What must be done immediately
-- is not late before the response to the report is due.
create function published.last_day(local_target_on date, target_kind text, target_on date, due_on date) returns date
immutable language sql as $$
    select coalesce(local_target_on, case when target_kind = 'immediate' then greatest(target_on, due_on) else target_on end)
$$;
-- The day in London on which an assignment was opened, while its area has recorded nothing on it.
create function blank_since(version bigint, blank_version bigint, created_at timestamptz) returns date
immutable language sql as $$
    select case when version = blank_version then (created_at at time zone 'Europe/London')::date end
$$;
-- True if an assignment was opened after its last day, and nothing is recorded on it. Such an assignment is not overdue: the
-- area could not know of it in time.
create function published.is_not_yet_recorded(base_headline text, last_day date, blank_since date) returns boolean
immutable language sql as $$
    select coalesce(last_day < blank_since, false) and base_headline in ('waiting_on_other', 'not_started')
$$;
create function published.is_overdue(base_headline text, last_day date, today date, not_yet_recorded boolean) returns boolean
immutable language sql as $$
    select coalesce(last_day < today, false) and base_headline in ('waiting_on_other', 'in_progress', 'not_started')
           and not not_yet_recorded
$$;
create function published.headline(base_headline text, is_overdue boolean, not_yet_recorded boolean) returns text
immutable language sql as $$
    select case
        when base_headline not in ('in_progress', 'not_started') then base_headline
        when is_overdue then 'overdue'
        when not_yet_recorded then 'not_yet_recorded'
        else base_headline end
$$;

-- Publishing a recommendation that supersedes an older one closes the older one's assignments in every area that the new
-- one binds, other areas included. This writes across areas. It runs as the owner, and only on what the record
-- itself says. `open` lists the states that an assignment can leave for `superseded`.
create function supersede_assignments(inspection uuid, open text[], at timestamptz)
returns table (id uuid, recommendation_id uuid, inspection_id uuid, area text, was text, body_view text,
               assurance_opinion text, inspectorate_status text, owner text, local_target_on date, dependency text,
               superseded_by uuid, submitted_issuer text, submitted_subject text, version bigint, created_at timestamptz,
               updated_before timestamptz)
security definer set search_path = record, pg_temp language sql as $$
    with older as (
        select o.id, o.force_status, o.updated_at, n.id as newer
        from inspections i
        join recommendations n on n.inspection_id = i.id
        join assignments o on o.recommendation_id = n.supersedes
        where i.id = inspection and i.state = 'published' and o.force_status = any (open)
          and exists (select from assignments a where a.recommendation_id = n.id and a.area = o.area)
        for update of o
    )
    update assignments a
    set force_status = 'superseded', superseded_by = older.newer, version = a.version + 1, updated_at = at
    from older
    where a.id = older.id
    returning a.id, a.recommendation_id, a.inspection_id, a.area, older.force_status, a.body_view, a.assurance_opinion,
              a.inspectorate_status, a.owner, a.local_target_on, a.dependency, a.superseded_by, a.submitted_issuer,
              a.submitted_subject, a.version, a.created_at, older.updated_at
$$;
revoke all on function supersede_assignments(uuid, text[], timestamptz) from public;
grant execute on function supersede_assignments(uuid, text[], timestamptz) to section55_app;
