-- An edition keeps what its document printed of the inspection, its recommendations and the area: a later correction of them
-- does not change a document that was published.

alter table published.editions
    -- The form is that of responses::PrintedReport. Null in an edition that a program before this migration inserted.
    add column printed jsonb;

-- Editions that were published before: as the audit log states these records at the time of the publication. Where their
-- content was erased from the log, as they are now.
update published.editions e
set printed = jsonb_build_object(
    'policing_body', a.it -> 'policing_body' -> 'name', 'office_holder', a.it -> 'policing_body' -> 'office_holder_title',
    'force', a.it -> 'force' -> 'name', 'chief_officer', a.it -> 'force' -> 'chief_officer_title',
    'reference', i.it -> 'reference', 'title', i.it -> 'title', 'published_on', i.it -> 'published_on',
    'due_on', i.it -> 'due_on', 'scope', i.it -> 'scope', 'key_findings', i.it -> 'key_findings',
    'corrections', jsonb_array_length(coalesce(i.it -> 'corrections', '[]')),
    'recommendations', coalesce(r.printed, '[]'))
from (
    -- The publications of a response are its editions, in this order.
    select p.response_id, p.edition, w.inspection_id, w.area, coalesce(v.seq, 0) as seq
    from published.editions p
    join published.responses w on w.id = p.response_id
    left join lateral (
        select s.seq
        from events s
        where s.resource_id = p.response_id and s.resource = 'response' and s.action in ('publish', 'record_published')
        order by s.seq
        offset p.edition - 1
        limit 1) v on true) k
cross join lateral (
    select coalesce((select nullif(p.payload::jsonb -> 'after', 'null')
                     from event_payloads p
                     join events s on s.id = p.event_id
                     where p.resource_id = k.inspection_id and p.resource = 'inspection' and p.part = 'record' and s.seq < k.seq
                     order by p.version desc, s.seq desc
                     limit 1),
                    (select to_jsonb(n) from published.inspections n where n.id = k.inspection_id)) as it) i
cross join lateral (
    select jsonb_agg(jsonb_build_object(
               'id', c.id, 'reference', s.it -> 'reference', 'number', s.it -> 'number', 'kind', s.it -> 'kind',
               'text', s.it -> 'text', 'errata', jsonb_array_length(coalesce(s.it -> 'errata', '[]')))
               order by c.ordinal, c.id) as printed
    from published.recommendations c
    cross join lateral (
        select coalesce((select nullif(p.payload::jsonb -> 'after', 'null')
                         from event_payloads p
                         join events s on s.id = p.event_id
                         where p.resource_id = c.id and p.resource = 'recommendation' and p.part = 'record' and s.seq < k.seq
                         order by p.version desc, s.seq desc
                         limit 1),
                        to_jsonb(c)) as it) s
    where c.inspection_id = k.inspection_id) r
cross join lateral (
    -- The last event before the publication, or else what the first event after it changed.
    select coalesce((select nullif(p.payload::jsonb -> 'after', 'null')
                     from event_payloads p
                     join events s on s.id = p.event_id
                     where p.resource_id = n.id and p.resource = 'area' and p.part = 'record' and s.seq < k.seq
                     order by s.seq desc
                     limit 1),
                    (select nullif(p.payload::jsonb -> 'after', 'null') || coalesce(nullif(p.payload::jsonb -> 'was', 'null'), '{}')
                     from event_payloads p
                     join events s on s.id = p.event_id
                     where p.resource_id = n.id and p.resource = 'area' and p.part = 'record' and s.seq > k.seq
                     order by s.seq
                     limit 1),
                    jsonb_build_object(
                        'policing_body', jsonb_build_object(
                            'name', n.policing_body_name, 'office_holder_title', n.office_holder_title),
                        'force', jsonb_build_object('name', n.force_name, 'chief_officer_title', n.chief_officer_title))) as it
    from areas n
    where n.code = k.area) a
where e.response_id = k.response_id and e.edition = k.edition;
