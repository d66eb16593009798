//! Damages to the database that the reconciliation must find. They show that its checks can fail.

use super::{load_ledger, run_checks};
use crate::common::BoxedError;
use crate::figures::FaultKind::{self, Doubled, Halved, Lost, Other};
use crate::figures::Figures;
use crate::ledger::Ledger;

/// One damage: what it is, the kind of fault that must be found, and the statement that makes it. The temporary tables
/// of an earlier reconciliation are there.
type Damage = (&'static str, FaultKind, &'static str);

/// Damages to what the service stored.
const STORED: &[Damage] = &[
    ("an event is gone", Lost, "delete from events where id = (select id from written where action = 'amend' limit 1)"),
    (
        "an event is there twice",
        Doubled,
        "insert into events overriding system value
         select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'seq', e.seq + 1000000))).*
         from events e where e.action = 'amend' limit 1",
    ),
    (
        "a payload is gone",
        Halved,
        "delete from event_payloads where event_id = (select id from written where action = 'add' limit 1)",
    ),
    (
        "a payload has another text",
        Halved,
        "update event_payloads set payload = replace(payload, '<', '[')
         where event_id = (select id from written where action = 'amend' limit 1)",
    ),
    (
        "a record is at an earlier version",
        Halved,
        "update assignments set version = version - 1 where id = (select min(id::text)::uuid from assignments)",
    ),
    (
        "a record has another text",
        Halved,
        "update evidence set title = 'x' where id = (select resource_id from written where action = 'add'
                                                     and resource = 'evidence' order by seq desc limit 1)",
    ),
    (
        "an update is gone",
        Halved,
        "delete from assignment_updates where id = (select min(id::text)::uuid from assignment_updates)",
    ),
    (
        "an update is there twice",
        Doubled,
        "insert into assignment_updates
         select (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid()))).* from assignment_updates u limit 1",
    ),
    (
        "a file of an item is gone",
        Halved,
        "delete from evidence_files where id = (select min(id::text)::uuid from evidence_files)",
    ),
    (
        "an inspection is missing in the published copy",
        Halved,
        "delete from published.inspections where id = (select min(id::text)::uuid from published.inspections)",
    ),
    (
        "a stored response is gone",
        Halved,
        "delete from idempotency_keys where key = (select min(key) from ledger where outcome = 'acknowledged')",
    ),
    (
        "a stored response belongs to no event",
        Halved,
        "update idempotency_keys set version = 999 where key = (select min(key) from idempotency_keys)",
    ),
    ("a place in a log is gone", Lost, "delete from audit_leaves where log = 'kent' and leaf_index = 3"),
    ("the tree heads of a log are gone", Halved, "delete from audit_heads where log = 'kent'"),
    ("a change is gone", Lost, "delete from changes where position = 5"),
    (
        "a change comes later than it should",
        Other,
        "update changes set position = position + 1000000 where event_id = (
             select id from written where action = 'register' and resource_id = (
                 select resource_id from written where action = 'amend' and resource = 'inspection' limit 1))",
    ),
];

/// Damages to the copies that the reconciliation itself makes, in place of answers of the service that were wrong.
const ANSWERED: &[Damage] = &[
    (
        "an answer says that nothing was written",
        Other,
        "update ledger set outcome = 'refused' where request_id = (select l.request_id from ledger l join written w
                                                                   using (request_id) limit 1)",
    ),
    (
        "a response is sent again for a write that never happened",
        Lost,
        "with one as (select request_id, operation from ledger where key is not null and outcome = 'acknowledged' limit 1),
              gone as (delete from written w using one where w.request_id = one.request_id)
         update ledger l set outcome = 'replayed' from one where l.operation = one.operation",
    ),
    (
        "one key performs two writes",
        Doubled,
        "insert into written select gen_random_uuid(), w.seq + 1000000, w.at, w.request_id || '-2', w.resource,
                                    gen_random_uuid(), 1, w.action, w.parts
         from written w join ledger l using (request_id) where l.key is not null limit 1;
         insert into ledger select l.request_id || '-2', 'doubtful', l.resource, l.action, '', l.operation, l.key
         from ledger l where exists (select from written w where w.request_id = l.request_id || '-2')",
    ),
];

/// Makes each damage in a transaction, runs the checks, and rolls it back. Adds a fault for each damage that was not
/// found. Returns the number of damages.
pub async fn check_damages(
    database: &tokio_postgres::Client,
    ledger: &Ledger,
    figures: &mut Figures,
) -> Result<usize, BoxedError> {
    let all = STORED.iter().map(|damage| (damage, false)).chain(ANSWERED.iter().map(|damage| (damage, true)));
    for ((what, kind, sql), after_loading) in all {
        let mut found = Figures::default();
        let failed = |error: tokio_postgres::Error| format!("{what}: {error:?}");
        // Without the triggers that keep rows from being changed.
        let begin = "begin; set local session_replication_role = replica; set local search_path = record, pg_temp";
        database.batch_execute(begin).await?;
        if !after_loading {
            database.batch_execute(sql).await.map_err(failed)?;
        }
        load_ledger(database, ledger).await?;
        if after_loading {
            database.batch_execute(sql).await.map_err(failed)?;
        }
        for checks in super::SQL_CHECKS {
            run_checks(database, checks, &mut found).await?;
        }
        database.batch_execute("rollback").await?;
        let is_found = found.faults.iter().any(|fault| fault.kind == *kind);
        figures.promise(is_found, format!("the campaign does not find that {what}"));
    }
    Ok(STORED.len() + ANSWERED.len())
}
