-- What the service knew at an earlier time. Schema `past` has a view under the name of each table that can be asked about,
-- made of the payloads of the audit log alone. With `past` before `record` in the search path, a query of the present
-- answers as of that time. Row security of the payloads applies to the caller.

create schema past;
revoke all on schema past from public;

-- The time that this transaction asks about.
create function past.as_of() returns timestamptz stable language sql
    return current_setting('section55.as_of', true)::timestamptz;

create view past.inspections with (security_invoker = true) as
    select i.*
    from (select distinct on (p.resource_id) p.resource_id, p.payload
          from event_payloads p
          where p.resource = 'inspection' and p.part = 'record' and p.at <= past.as_of()
          order by p.resource_id, p.version desc, p.seq desc) p
    cross join lateral (select nullif(p.payload::jsonb -> 'after', 'null') as it) s
    cross join lateral jsonb_populate_record(null::record.inspections, s.it || jsonb_build_object(
        'subjects', case when jsonb_typeof(s.it -> 'subjects') = 'array' then s.it -> 'subjects' end)) i
    where i.id is not null and i.id = p.resource_id;

-- Recommendations as their inspection was published, and as each was written since.
create view past.recommendations with (security_invoker = true) as
    select r.*
    from (select distinct on (k.id) k.id, k.it
          from (select p.resource_id as id, p.version, p.seq, nullif(p.payload::jsonb -> 'after', 'null') as it
                from event_payloads p
                where p.resource = 'recommendation' and p.part = 'record' and p.at <= past.as_of()
                union all
                select (r.it ->> 'id')::uuid, (r.it ->> 'version')::bigint, p.seq, r.it
                from event_payloads p
                cross join lateral jsonb_array_elements(nullif(p.payload::jsonb -> 'after', 'null')) as r(it)
                where p.resource = 'inspection' and p.part = 'recommendations' and p.at <= past.as_of()) k
          order by k.id, k.version desc, k.seq desc) k
    cross join lateral jsonb_populate_record(null::record.recommendations, k.it || jsonb_build_object(
        'target_kind', k.it -> 'target' -> 'kind', 'target_text', k.it -> 'target' -> 'text',
        'target_on', k.it -> 'target' -> 'on')) r
    where r.id is not null and r.id = k.id;

-- The part of a response that both sides of its area read.
create view past.response_records with (security_invoker = true) as
    select p.resource_id as id, nullif(p.payload::jsonb -> 'after', 'null') as it
    from (select distinct on (p.resource_id) p.resource_id, p.payload
          from event_payloads p
          where p.resource = 'response' and p.part = 'record' and not p.shared and p.at <= past.as_of()
            and p.area = any ((select scope_areas())::text[])
          order by p.resource_id, p.version desc, p.seq desc) p;

-- The parts of a response that only one side reads, when the caller is of that side.
create view past.response_parts with (security_invoker = true) as
    select p.resource_id as id, p.part, p.area, p.at, nullif(p.payload::jsonb -> 'after', 'null') as it
    from (select distinct on (p.resource_id, p.part) p.resource_id, p.part, p.area, p.at, p.payload
          from event_payloads p
          where p.resource = 'response' and p.part in ('policing_body', 'force') and p.at <= past.as_of()
            and p.area = any ((select scope_areas())::text[])
          order by p.resource_id, p.part, p.version desc, p.seq desc) p;

create view past.responses with (security_invoker = true) as
    select r.*
    from past.response_records s
    left join past.response_parts b on b.id = s.id and b.part = 'policing_body'
    cross join lateral jsonb_populate_record(null::record.responses, s.it || jsonb_build_object(
        -- The digest of a published edition is public, and equals the one that was approved.
        'approved_sha256', coalesce(b.it ->> 'approved_sha256', case
            when s.it -> 'published' -> 'edition' = s.it -> 'edition' then s.it -> 'published' ->> 'content_sha256' end),
        -- The log leaves out members that have these values.
        'blank_version', coalesce(s.it -> 'blank_version', '1'),
        'comments_recorded_afterwards', coalesce(s.it -> 'comments_recorded_afterwards', 'false'))) r
    where r.id is not null and r.id = s.id;

create view past.current_editions with (security_invoker = true) as
    select s.it -> 'copies' as copies, e.*
    from past.response_records s
    cross join lateral jsonb_populate_record(null::published.editions, nullif(s.it -> 'published', 'null') || jsonb_build_object(
        'response_id', s.id, 'area', s.it -> 'area',
        'missing_explanations', coalesce(s.it -> 'published' -> 'missing_explanations', '[]'))) e
    where e.edition is not null;

create view past.response_texts with (security_invoker = true) as
    select w.*
    from (select s.id, s.it ->> 'area' as area, 'chief_officer_comments' as part, s.it ->> 'chief_officer_comments' as text,
                 (s.it ->> 'updated_at')::timestamptz as at
          from past.response_records s
          union all
          select p.id, p.area, w.part, p.it ->> w.part, p.at
          from past.response_parts p
          join (values ('policing_body', 'policing_body_comments'), ('policing_body', 'reply_to_chief_officer'),
                       ('force', 'chief_officer_draft')) w(side, part) on w.side = p.part) t
    cross join lateral jsonb_populate_record(null::record.response_texts, jsonb_build_object(
        'response_id', t.id, 'area', t.area, 'part', t.part, 'text', t.text, 'updated_at', t.at)) w
    where t.text is not null;

create view past.explanations with (security_invoker = true) as
    select w.*
    from past.response_parts p
    cross join lateral jsonb_each(nullif(p.it -> 'explanations', 'null')) as x(recommendation, said)
    cross join lateral jsonb_populate_record(null::record.explanations, x.said || jsonb_build_object(
        'response_id', p.id, 'recommendation_id', x.recommendation, 'area', p.area, 'updated_at', p.at)) w
    where p.part = 'policing_body';

-- An area's settings: the defaults, until the area first changed them.
create view past.area_settings with (security_invoker = true) as
    select s.*
    from (select unnest((select scope_areas())::text[]) as area) a
    left join lateral (select nullif(p.payload::jsonb -> 'after', 'null') as it
                       from event_payloads p
                       where p.resource = 'area' and p.part = 'settings' and p.area = a.area and p.at <= past.as_of()
                       order by p.version desc, p.seq desc
                       limit 1) p on true
    cross join lateral jsonb_populate_record(null::record.area_settings,
        '{"afi_explanation_required": false, "comments_days": 28, "reminder_days": [14, 7, 3, 1], "retention_years": 7}'::jsonb
        || coalesce(p.it, '{}') || jsonb_build_object('area', a.area)) s;

-- The state and marking of each item of evidence, from the events alone: counting them must not read the contents of
-- OFFICIAL-SENSITIVE items.
create view past.evidence_states with (security_invoker = true) as
    select distinct on (e.resource_id) e.resource_id as id, e.parent_id as assignment_id, e.marking,
           (select m.to_state
            from events m
            where m.resource_id = e.resource_id and m.at <= past.as_of() and m.version <= e.version
              and m.to_state in ('draft', 'submitted', 'accepted', 'rejected', 'changes_requested', 'withdrawn')
            order by m.version desc, m.seq desc
            limit 1) as state
    from events e
    where e.resource = 'evidence' and e.parent_id is not null and e.at <= past.as_of()
      and e.area = any ((select scope_areas())::text[])
    order by e.resource_id, e.version desc, e.seq desc;

create view past.assignments with (security_invoker = true) as
    select a.*
    from (select distinct on (p.resource_id) p.resource_id, p.payload
          from event_payloads p
          where p.resource = 'assignment' and p.part = 'record' and not p.shared and p.at <= past.as_of()
            and p.area = any ((select scope_areas())::text[])
          order by p.resource_id, p.version desc, p.seq desc) p
    left join (select v.assignment_id,
                      jsonb_build_object(
                          'evidence_count', count(*),
                          'accepted_evidence_count', count(*) filter (where v.state = 'accepted'),
                          'rejected_evidence_count', count(*) filter (where v.state = 'rejected'),
                          'marking', case when bool_or(v.marking = 'OFFICIAL-SENSITIVE') then 'official_sensitive'
                                     else 'official' end) as counted
               from past.evidence_states v
               where v.state <> 'withdrawn'
               group by v.assignment_id) v on v.assignment_id = p.resource_id
    cross join lateral (select nullif(p.payload::jsonb -> 'after', 'null') as it) s
    -- Nothing is recorded at the first version and after corrections of the addressees, until there is an update or evidence.
    cross join lateral (select case when exists (select from events m
                                                 where m.resource_id = p.resource_id and m.resource = 'assignment'
                                                   and m.action not in ('open', 'readdress', 'erase') and m.at <= past.as_of())
                                      or exists (select from record.assignment_updates u
                                                 where u.assignment_id = p.resource_id and u.created_at <= past.as_of())
                                      or exists (select from past.evidence_states e where e.assignment_id = p.resource_id)
                               then 0 else (s.it ->> 'version')::bigint end as version) b
    cross join lateral jsonb_populate_record(null::record.assignments,
        '{"evidence_count": 0, "accepted_evidence_count": 0, "rejected_evidence_count": 0, "marking": "official"}'::jsonb
        || s.it || coalesce(v.counted, '{}') || jsonb_build_object('blank_version', b.version)) a
    where a.id is not null and a.id = p.resource_id;

-- Tables that are only added to have the time in each row.
create view past.positions with (security_invoker = true) as
    select * from record.positions where at <= past.as_of();
create view past.target_changes with (security_invoker = true) as
    select * from record.target_changes where at <= past.as_of();

