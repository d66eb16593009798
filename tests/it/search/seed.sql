-- A decade of records in their final states, inserted directly and without running triggers.
set search_path = record;
set session_replication_role = replica;

insert into inspections (id, reference, source, title, kind, scope, lead_inspectorate, participating_inspectorates,
                         published_on, due_on, key_findings, registered_by, state, shown_at, version, created_at, updated_at)
select gen_random_uuid(), 'L-' || n, 'hmicfrs', 'Report ' || n, 'peel', 'national', 'hmicfrs', '{}',
       date '2012-01-01' + (n * 3650 / 2000), date '2012-01-01' + (n * 3650 / 2000) + 55, 'Findings.', 'cumbria',
       'published', '2022-01-01', 2, timestamptz '2022-01-01' + n * interval '1 s', '2022-01-01'
from generate_series(1, 2000) n;

insert into recommendations (id, inspection_id, reference, number, ordinal, kind, text, addressees, target_kind, themes,
                             version, created_at, updated_at)
select gen_random_uuid(), i.id, i.reference || '-' || k, k::text, k, 'recommendation', 'Word' || k || ' and more.',
       '{chief_constables}', 'immediate', '{}', 1, i.created_at, i.created_at
from inspections i, generate_series(1, 20) k
where i.reference like 'L-%';

insert into responses (id, inspection_id, area, state, edition, version, created_at, updated_at)
select gen_random_uuid(), i.id, a.code, case when a.n = 3 and i.reference like '%7' then 'drafting' else 'published' end,
       1, 5, i.created_at, i.created_at
from inspections i, (select code, row_number() over (order by code) as n from areas) a
where i.reference like 'L-%' and a.n <= 10;

insert into response_texts
select id, area, part, 'Words of ' || part, updated_at
from responses, unnest(array['policing_body_comments', 'reply_to_chief_officer', 'chief_officer_comments']) part;

insert into explanations
select r.id, c.id, r.area, 'action_taken', 'Done.', r.updated_at
from responses r join recommendations c on c.inspection_id = r.inspection_id and c.ordinal <= 2;

insert into published.inspections
select id, reference, source, title, kind, legal_basis, scope, lead_inspectorate, participating_inspectorates, published_on,
       due_on, report_url, key_findings, subjects, registered_by, follows_up, state, corrections, 20, version, created_at,
       updated_at
from inspections where reference like 'L-%';

insert into published.recommendations
select id, inspection_id, reference, number, ordinal, kind, cause_of_concern_id, text, addressees, target_kind, target_text,
       target_on, target_basis, themes, supersedes, reiterates, errata, version, created_at, updated_at
from recommendations where reference like 'L-%';

insert into published.responses (id, inspection_id, area, state, edition, copies, version, created_at, updated_at)
select id, inspection_id, area, 'published', 1, '[]', version, created_at, updated_at from responses where state = 'published';

insert into published.editions (response_id, edition, area, content, content_sha256, due_on, published_at, published_on,
                                first_published_at, first_published_on, recorded_afterwards)
select r.id, 1, r.area, '{"chief_officer_comments": {"status": "nil_return", "text": null, "late": false, "signed_by": null,
       "signed_at": null}, "policing_body_comments": "Noted.", "reply_to_chief_officer": null, "explanations": []}', 'x',
       i.due_on, '2022-01-01', i.published_on + 40, '2022-01-01', i.published_on + 40, false
from published.responses r join inspections i on i.id = r.inspection_id;

insert into assignments (id, recommendation_id, inspection_id, area, force_status, version, created_at, updated_at)
select gen_random_uuid(), c.id, c.inspection_id, r.area, 'in_progress', 1, c.created_at, c.created_at
from recommendations c join responses r on r.inspection_id = c.inspection_id
where c.ordinal <= 4;

insert into published.assignments (id, recommendation_id, inspection_id, area, base_headline, body_view, inspectorate_status,
                                   version, created_at, updated_at, ordinal)
select a.id, a.recommendation_id, a.inspection_id, a.area, 'in_progress', 'none', 'open', 1, a.created_at, a.updated_at,
       c.ordinal
from assignments a
join published.responses p on p.inspection_id = a.inspection_id and p.area = a.area
join recommendations c on c.id = a.recommendation_id;

insert into positions (id, assignment_id, area, position, value, date, issuer, subject, at)
select gen_random_uuid(), id, area, 'body_view', 'not_assured', created_at, 'i', 's', created_at from assignments;
insert into target_changes (id, assignment_id, area, reason, issuer, subject, at)
select gen_random_uuid(), id, area, 'Late.', 'i', 's', created_at from assignments;

insert into people (id, area, side, issuer, subject, name, version, created_at, updated_at)
select gen_random_uuid(), a.code, s.side, 'i', 's' || n, 'Person ' || n, 1, now(), now()
from areas a, (values ('policing_body'), ('force')) as s (side), generate_series(1, 20) n;
insert into assignees (resource, resource_id, area, side, person_id)
select given.resource, given.id, given.area, s.side, p.id
from (select 'response' as resource, id, area from responses union all select 'assignment', id, area from assignments) given,
     (values ('policing_body'), ('force')) as s (side),
     lateral (select id from people where area = given.area and side = s.side order by subject limit 1) p;

insert into published.texts
select r.id, 'recommendation', i.published_on, published.facets('recommendation', i.kind, i.published_on, null),
       published.search_vector(r.reference, r.text)
from published.recommendations r join published.inspections i on i.id = r.inspection_id
order by i.published_on;
insert into published.texts
select id, 'inspection', published_on, published.facets('inspection', kind, published_on, null),
       published.search_vector(reference || ' ' || title, key_findings)
from published.inspections;

set session_replication_role = default;
vacuum analyze;
