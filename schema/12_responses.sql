-- Responses: which are overdue, and what becomes of texts that were imported before the response was opened.

-- True if the inspection was registered after the last day for the response had passed, and the area has recorded nothing
-- yet. Such a response is not overdue: the area could not know of it in time. ResponseRow::is_not_yet_recorded computes the
-- same in the program.
create function response_not_yet_recorded(inspection_state text, state text, version bigint, blank_version bigint,
                                          created_at timestamptz, due_on date) returns boolean
immutable language sql as $$
    select inspection_state = 'published' and state = 'received' and version = blank_version
           and coalesce(due_on < (created_at at time zone 'Europe/London')::date, false)
$$;

-- True if the last day for an unpublished response has passed. ResponseRow::days_left decides the same in the program.
create function response_is_overdue(inspection_state text, state text, is_published boolean, not_yet_recorded boolean,
                                    due_on date, today date) returns boolean
immutable language sql as $$
    select coalesce(due_on < today, false) and inspection_state = 'published' and state <> 'not_required'
           and not is_published and not not_yet_recorded
$$;

-- Puts the texts that were imported for a draft inspection into the responses that its publication has just opened, and
-- returns them. A row without a response has the texts of an area that the inspection is not about. Whoever publishes need not
-- belong to the area's policing body, so it runs as the owner, and only on what the record itself says. The caller must append
-- an event for each response returned, in the same transaction.
create function open_pending_response_texts(inspection uuid, at timestamptz)
returns table (response_id uuid, area text, policing_body_comments text, reply_to_chief_officer text, explanations jsonb)
security definer set search_path = record, pg_temp language plpgsql as $$
#variable_conflict use_column
begin
    perform from inspections i where i.id = inspection and i.state = 'published';
    if not found then
        raise exception 'inspection % is not published', inspection using errcode = 'insufficient_privilege';
    end if;
    return query
        with pending as (
            delete from pending_response_texts p where p.inspection_id = inspection returning p.*
        ), opened as (
            update responses r
            set version = r.version + 1, imported_version = r.version + 1, updated_at = at
            from pending p
            where r.inspection_id = inspection and r.area = p.area and r.state = 'received' and r.version = r.blank_version
            returning r.id, r.area
        ), texts as (
            insert into response_texts (response_id, area, part, text, updated_at)
            select o.id, o.area, t.part, t.text, at
            from opened o
            join pending p on p.area = o.area
            cross join lateral (values ('policing_body_comments', p.policing_body_comments),
                                       ('reply_to_chief_officer', p.reply_to_chief_officer)) t(part, text)
            where t.text is not null
        -- A recommendation that was deleted from the draft has no explanation.
        ), explained as (
            insert into explanations (response_id, recommendation_id, area, branch, text, updated_at)
            select o.id, c.id, o.area, x ->> 'branch', x ->> 'text', at
            from opened o
            join pending p on p.area = o.area
            cross join lateral jsonb_array_elements(p.explanations) x
            join recommendations c on c.id = (x ->> 'recommendation_id')::uuid and c.inspection_id = inspection
            returning response_id, recommendation_id, branch, text
        )
        select o.id, p.area, p.policing_body_comments, p.reply_to_chief_officer,
               coalesce((select jsonb_agg(jsonb_build_object('recommendation_id', e.recommendation_id, 'branch', e.branch,
                                                             'text', e.text))
                         from explained e where e.response_id = o.id), '[]')
        from pending p
        left join opened o on o.area = p.area
        order by p.area;
end $$;

-- Deletes the texts that were imported for an inspection which was withdrawn before its publication, and returns their areas.
create function delete_pending_response_texts(inspection uuid) returns table (area text)
security definer set search_path = record, pg_temp language sql as $$
    delete from pending_response_texts p
    where p.inspection_id = inspection
      and exists (select from inspections i where i.id = inspection and i.state = 'withdrawn')
    returning p.area
$$;
revoke all on function open_pending_response_texts(uuid, timestamptz), delete_pending_response_texts(uuid) from public;
grant execute on function open_pending_response_texts(uuid, timestamptz), delete_pending_response_texts(uuid)
    to section55_app;
