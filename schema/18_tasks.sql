-- Tasks: the evidence that waits for somebody.

-- The items of the caller's areas that wait for a review, for changes or for a second person, OFFICIAL-SENSITIVE ones
-- included. It runs as the owner, because a read that is not audited sees no such item: of these it tells that they wait and
-- for whom, which every caller of the area may know, and none of their words.
create function evidence_waiting()
returns table (id uuid, assignment_id uuid, area text, state text, title text, authors text[], scan text, lowering_by text,
               lowering_at timestamptz, created_at timestamptz)
stable security definer set search_path = record, pg_temp language sql as $$
    select e.id, e.assignment_id, e.area, e.state, case when e.marking = 'official' then e.title end,
           array(select person_key(e.author_issuer, e.author_subject)
                 union all
                 select person_key(f.issuer, f.subject) from evidence_files f where f.evidence_id = e.id),
           (select c.scan
            from evidence_files f
            join file_contents c on c.area = f.area and c.sha256 = f.sha256
            where f.evidence_id = e.id
            order by f.version desc
            limit 1),
           person_key(e.lowering_issuer, e.lowering_subject), e.lowering_at, e.created_at
    from evidence e
    where e.area = any (scope_areas()) and e.disposed_at is null
      and (e.state in ('submitted', 'changes_requested') or e.lowering_at is not null and e.state <> 'withdrawn')
$$;
revoke all on function evidence_waiting() from public;
grant execute on function evidence_waiting() to section55_app;
