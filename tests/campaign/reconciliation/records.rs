//! The statements that hold the ledger against the events and the records.

use super::Check;
use crate::figures::FaultKind::{Doubled, Halved, Lost, Other};

/// The ledger against the events.
pub const WRITES: &[Check] = &[
    (
        Lost,
        "an acknowledged write has no event",
        "select l.request_id, l.resource, l.action, l.resource_id, l.version from pg_temp.ledger l
         where l.outcome = 'acknowledged' and not exists (
             select from pg_temp.written e
             where e.request_id = l.request_id and e.resource = l.resource and e.action = l.action
               and e.resource_id = coalesce(l.resource_id, e.resource_id) and e.version = coalesce(l.version, e.version))",
    ),
    (
        Lost,
        "a response was sent again for a write that has no event",
        "select l.operation, min(l.key) from pg_temp.ledger l
         left join pg_temp.written e on e.request_id = l.request_id
         group by l.operation having bool_or(l.outcome = 'replayed') and count(e.id) = 0",
    ),
    (
        Doubled,
        "one request performed an action twice",
        "select e.request_id, e.resource_id, e.action, count(*) from pg_temp.written e
         group by 1, 2, 3 having count(*) > 1",
    ),
    (
        Doubled,
        "requests with one Idempotency-Key performed it twice",
        "select l.operation, l.key, count(*) from pg_temp.ledger l
         join pg_temp.written e on e.request_id = l.request_id and e.resource = l.resource and e.action = l.action
         where l.key is not null group by 1, 2 having count(*) > 1",
    ),
    (
        Doubled,
        "two writes made the same version of a record: one of them overwrote the other",
        "select e.resource, e.resource_id, e.version, count(*) from pg_temp.written e
         group by 1, 2, 3 having count(*) > 1",
    ),
    (
        Other,
        "a write happened although its answer states that nothing was written",
        "select l.request_id, l.resource, l.action from pg_temp.ledger l
         join pg_temp.written e on e.request_id = l.request_id where l.outcome = 'refused'",
    ),
    (
        Halved,
        "an event lacks the text that the request wrote",
        "select l.request_id, l.resource, l.action, l.marker from pg_temp.ledger l
         join pg_temp.written e on e.request_id = l.request_id and e.resource = l.resource and e.action = l.action
         where l.marker <> '' and not exists (
             select from event_payloads p where p.event_id = e.id and position(l.marker in p.payload) > 0)",
    ),
    (
        Halved,
        "an event lacks a part of its record",
        "select e.id, e.resource, e.action from pg_temp.written e
         where jsonb_array_length(e.parts) <> (select count(*) from event_payloads p where p.event_id = e.id)",
    ),
    (
        Halved,
        "a write with an Idempotency-Key has no stored response",
        "select l.operation, l.key from pg_temp.ledger l
         join pg_temp.written e on e.request_id = l.request_id and e.resource = l.resource and e.action = l.action
         where l.key is not null and not exists (
             select from idempotency_keys k where k.key = l.key and k.resource_id = e.resource_id and k.status is not null)",
    ),
    (
        Halved,
        "a response is stored for a write that has no event",
        "select k.key, k.resource, k.resource_id from idempotency_keys k
         where not exists (select from pg_temp.written e where e.resource_id = k.resource_id and e.version = k.version)",
    ),
];

/// The events against the records.
pub const RECORDS: &[Check] = &[
    (
        Halved,
        "a record is not at the version of its last event",
        "with record_versions as (
             select 'inspection' as resource, id, version from inspections
             union all select 'recommendation', id, version from recommendations
             union all select 'response', id, version from responses
             union all select 'assignment', id, version from assignments
             union all select 'evidence', id, version from evidence
         ), last_events as (
             select resource, resource_id as id, max(version) as version from pg_temp.written
             where resource in ('inspection', 'recommendation', 'response', 'assignment', 'evidence') group by 1, 2
         )
         select resource, id, r.version as record, e.version as event
         from record_versions r full join last_events e using (resource, id)
         where r.version is distinct from e.version",
    ),
    (
        Halved,
        "an update of an assignment and its event are not both there",
        "select u.id as update, e.resource_id as event from assignment_updates u
         full join (select resource_id from pg_temp.written where resource = 'assignment_update') e on e.resource_id = u.id
         where u.id is null or e.resource_id is null",
    ),
    (
        Halved,
        "a record does not hold what its last event wrote",
        "select l.resource, l.resource_id, l.version, l.marker from pg_temp.ledger l
         join (select id, version, to_jsonb(i)::text as text from inspections i
               union all select id, version, to_jsonb(v)::text from evidence v) r
           on r.id = l.resource_id and r.version = l.version
         where l.outcome = 'acknowledged' and l.action in ('register', 'amend', 'add') and position(l.marker in r.text) = 0",
    ),
    (
        Doubled,
        "a text that one operation wrote is there more than once",
        "select l.resource, l.marker, count(*) from (select distinct resource, marker, action from pg_temp.ledger) l
         join (select 'assignment_update' as resource, text from assignment_updates
               union all select 'evidence', title from evidence) r on r.resource = l.resource and r.text = l.marker
         where l.action = 'add' group by 1, 2 having count(*) > 1",
    ),
    (
        Halved,
        "a published inspection is not in the published copy, or has no response",
        "select i.id, i.reference from inspections i
         where i.state = 'published' and (
             not exists (select from published.inspections p where p.id = i.id)
             or not exists (select from responses r where r.inspection_id = i.id))",
    ),
    (
        Halved,
        "the uploads of an item of evidence and its files differ in number",
        "select v.id, f.count as files, e.count as uploads from evidence v
         left join (select evidence_id as id, count(*) from evidence_files group by 1) f using (id)
         left join (select resource_id as id, count(*) from pg_temp.written where action = 'upload' group by 1) e using (id)
         where f.count is distinct from e.count",
    ),
];
