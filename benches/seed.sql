-- Fills a database with a decade of the whole country, with the rows that the service would have written. The sequencer
-- adds the events to the trees afterwards. `:inspections` is the number of reports; all other numbers follow from it.
-- The last ten digits of an id are the number of the record, and the digit before them is its kind: see bench.id.

create schema bench;

create function bench.id(kind integer, number bigint) returns uuid immutable language sql as $$
    select ('019000000000700080000' || kind || lpad(number::text, 10, '0'))::uuid
$$;

-- A sentence of words of reports. Words at the start of the list are much more frequent than those at its end.
create function bench.sentence(seed bigint, words integer) returns text immutable language sql as $$
    select string_agg(vocabulary.words[1 + floor(120 * pow((hashint8(seed * 97 + place) & 65535) / 65536.0, 2))::integer], ' '
                      order by place)
    from generate_series(1, words) as place
    cross join (select string_to_array('the force should review records of custody and victims so that officers and staff '
        'understand risk when they record crime by training supervision audit plan board data quality investigation '
        'standards domestic abuse children vulnerable people response demand resources leaders culture vetting misconduct '
        'complaints conduct national guidance partners safeguarding assessment outcome evidence disclosure digital '
        'forensics interview arrest detention appropriate adult mental health welfare checks use stop search powers '
        'recording scrutiny panel community confidence neighbourhood policing prevention problem solving evaluation '
        'performance governance oversight workforce wellbeing recruitment retention specialist capability firearms roads '
        'organised exploitation trafficking fraud cyber intelligence analysis threat harm warrants fugitives reoffending '
        'rehabilitation counter terrorism borders airports licensing wildlife heritage rural marine underwater mounted '
        'quarry obelisk lighthouse', ' ') as words) vocabulary
$$;

-- Skip foreign keys and triggers: the rows are consistent, and checking them is slow.
set session_replication_role = replica;

create temporary table area as
    select code, row_number() over (order by code) as place, count(*) over () as places from areas;
create temporary table report as
    select n, n * 19 % 40 < 19 as national, case when n * 19 % 40 < 19 then 9 else 30 end as size,
           date '2016-06-01' + (n * 3700 / :inspections)::integer as published_on,
           (select code from area where place = 1 + n % places) as code
    from generate_series(1, :inspections) as n;

insert into inspections (id, reference, source, title, kind, scope, lead_inspectorate, participating_inspectorates,
                         published_on, due_on, report_url, key_findings, subjects, registered_by, state, shown_at,
                         created_at, updated_at)
select bench.id(1, n), 'B' || n, 'hmicfrs', initcap(bench.sentence(n, 9)),
       case when national then 'national_thematic' else 'force_specific' end,
       case when national then 'national' else 'force' end, 'hmicfrs', '{}', published_on,
       case when published_on >= '2017-05-02' then published_on + 55 end,
       'https://hmicfrs.justiceinspectorates.gov.uk/publications/b' || n, bench.sentence(n + 1000000, 40),
       case when not national then array[code] end, code, 'published', published_on, published_on, published_on
from report;

insert into recommendations (id, inspection_id, reference, number, ordinal, kind, text, addressees, target_kind,
                             target_text, target_on, target_basis, themes, created_at, updated_at)
select bench.id(2, row_number() over (order by n, k)), bench.id(1, n), 'B' || n || '-' || k, k::text, k,
       case when k % 4 = 0 then 'area_for_improvement' else 'recommendation' end,
       'Within six months, ' || bench.sentence(n * 100 + k, 32) || '.', '{chief_constables}', 'within',
       'Within six months', (published_on + interval '6 months')::date, 'counted_from_publication',
       array[(array['custody', 'records', 'vetting', 'victims', 'data'])[1 + (n + k) % 5]], published_on, published_on
from report cross join lateral generate_series(1, size) as k;

insert into responses (id, inspection_id, area, state, comments_status, version, created_at, updated_at)
select bench.id(3, row_number() over (order by n, a.place)), bench.id(1, n), a.code, 'complete', 'submitted', 1,
       published_on, published_on + 40
from report join area a on national or a.code = report.code;

-- The assignments of an area have consecutive numbers and are all in progress.
create table bench.assignments as
    select row_number() over (order by a.place, n, k) as assignment, a.code as area, bench.id(1, n) as inspection_id,
           bench.id(2, bench_places.before + k) as recommendation_id, published_on
    from (select *, sum(size) over (order by n) - size as before from report) bench_places
    cross join lateral generate_series(1, size) as k
    join area a on national or a.code = bench_places.code;

insert into assignments (id, recommendation_id, inspection_id, area, force_status, body_view, owner, evidence_count,
                         created_at, updated_at)
select bench.id(4, assignment), recommendation_id, inspection_id, area, 'in_progress',
       (array['none', 'partially_assured', 'not_assured'])[1 + assignment % 3], 'Supt O. Owner', 1 - assignment % 2,
       published_on, published_on
from bench.assignments;

insert into evidence (id, assignment_id, area, state, marking, title, kind, author_issuer, author_subject, created_at,
                      updated_at)
select bench.id(5, assignment), bench.id(4, assignment), area, 'draft', 'official', bench.sentence(assignment, 6),
       'minute',
       'section55-dev', 'bench', published_on, published_on
from bench.assignments where assignment % 2 = 0;

insert into events (id, at, area, actor_issuer, actor_subject, actor_roles, resource, resource_id, version, action,
                    from_state, to_state, request_id, parent_id)
select bench.id(7, assignment), published_on, area, 'section55-dev', 'bench', '{opcc}'::text[], 'assignment',
       bench.id(4, assignment), 1,
       'open', null, 'in_progress', 'seed', recommendation_id
from bench.assignments
union all
select bench.id(8, assignment), published_on, area, 'section55-dev', 'bench', '{constabulary}'::text[], 'evidence',
       bench.id(5, assignment),
       1, 'add', null, 'draft', 'seed', bench.id(4, assignment)
from bench.assignments where assignment % 2 = 0
union all
select bench.id(9, row_number() over ()), updated_at, area, 'section55-dev', 'bench', '{opcc}'::text[], 'response', id, 1,
       'record_copy', 'published', 'complete', 'seed', inspection_id
from responses;

insert into event_payloads (event_id, part, version, at, area, shared, resource, resource_id, parent_id, salt, payload)
select bench.id(7, assignment), 'record', 1, published_on, area, false, 'assignment', bench.id(4, assignment),
       recommendation_id,
       sha256(assignment::text::bytea), '{"after":{"force_status":"in_progress","owner":"Supt O. Owner"},"was":null}'
from bench.assignments;

set session_replication_role = origin;

-- The published copy, with triggers: they copy the assignments and maintain the other tables of the copy.
insert into published.inspections (id, reference, source, title, kind, legal_basis, scope, lead_inspectorate,
                                   participating_inspectorates, published_on, due_on, report_url, key_findings, subjects,
                                   registered_by, follows_up, state, corrections, recommendations_count, version,
                                   created_at, updated_at)
select id, reference, source, title, kind, legal_basis, scope, lead_inspectorate, participating_inspectorates,
       published_on, due_on, report_url, key_findings, subjects, registered_by, follows_up, state, corrections,
       (select count(*) from recommendations r where r.inspection_id = i.id), version, created_at, updated_at
from inspections i order by id;

insert into published.recommendations (id, inspection_id, reference, number, ordinal, kind, cause_of_concern_id, text,
                                       addressees, target_kind, target_text, target_on, themes, supersedes, reiterates,
                                       errata, version, created_at, updated_at, target_basis)
select id, inspection_id, reference, number, ordinal, kind, cause_of_concern_id, text, addressees, target_kind,
       target_text, target_on, themes, supersedes, reiterates, errata, version, created_at, updated_at, target_basis
from recommendations order by id;

insert into published.responses (id, inspection_id, area, state, edition, version, created_at, updated_at)
select id, inspection_id, area, state, 1, version, created_at, updated_at from responses order by id;

insert into published.editions (response_id, edition, area, content, content_sha256, due_on, published_at, published_on,
                                first_published_at, first_published_on, recorded_afterwards)
select r.id, 1, r.area, jsonb_build_object(
           'policing_body_comments', bench.sentence(hashtext(r.id::text), 60), 'reply_to_chief_officer', null,
           'chief_officer_comments', jsonb_build_object('status', 'submitted', 'text', 'We accept the report.',
                                                        'late', false, 'signed_by', 'C. Example', 'signed_at', r.updated_at),
           'explanations', '[]'::jsonb),
       encode(sha256(r.id::text::bytea), 'hex'), i.due_on, r.updated_at, r.updated_at::date, r.updated_at,
       r.updated_at::date, false
from responses r join inspections i on i.id = r.inspection_id;

-- The index that the peers search.
create index peers_search on published.recommendations using gin (to_tsvector('english', text));

-- The table that the peers and pgbench append events to: the columns of the log, without its trees.
create table bench.events (like record.events including defaults including identity including indexes);
create table bench.ranges as
    select area, min(assignment) as first, count(*) as assignments from bench.assignments group by area;
drop table bench.assignments;
grant usage on schema bench to section55_app;
grant insert on bench.events to section55_app;
