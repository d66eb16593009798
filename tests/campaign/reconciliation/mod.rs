//! Holds the ledger against what the service then contains: records and versions, events, the audit log, the change
//! feed, checkpoints, bundles, evidence files and stored responses.

mod audit_log;
mod damages;
mod feed;
mod files;
mod records;

use std::time::Duration;

use tokio_postgres::Client;

pub use damages::check_damages;

use crate::common::{BoxedError, wait_until};
use crate::figures::{FaultKind, Figures};
use crate::ledger::{Ledger, Outcome};
use crate::load::Target;
use crate::load::follower::Seen;
use crate::programs::service::Service;

/// What the ledger is held against.
pub struct Evidence<'a> {
    /// The service, which must be ready.
    pub service: &'a Service,
    /// Who may ask it.
    pub target: &'a Target,
    /// An administrator of the database.
    pub database: &'a Client,
    /// What a reader saw meanwhile.
    pub seen: Seen,
}

/// One check: what its rows are, the kind of fault that each row is, and the statement that finds them. Its first column
/// is a text.
type Check = (FaultKind, &'static str, &'static str);

/// The checks that are statements.
const SQL_CHECKS: [&[Check]; 3] = [records::WRITES, records::RECORDS, audit_log::CHECKS];

/// Runs checks and adds a fault for each row, at most 100 for each check.
async fn run_checks(database: &Client, checks: &[Check], figures: &mut Figures) -> Result<(), BoxedError> {
    for (kind, what, sql) in checks {
        let rows = database.query(&format!("select left(x::text, 300) from ({sql}) x limit 100"), &[]).await;
        for row in rows.map_err(|error| format!("{what}: {error:?}"))? {
            figures.fault(*kind, format!("{what}: {}", row.get::<_, String>(0)));
        }
    }
    Ok(())
}

/// Waits until every event has its place in the audit log and no transaction of the service runs.
async fn wait_until_settled(database: &Client, figures: &mut Figures) -> Result<(), BoxedError> {
    let sql = "select (select count(*) from record.audit_queue)
                    + (select count(*) from pg_stat_activity
                       where application_name like 'section55%' and state <> 'idle' and xact_start is not null)";
    let settled =
        wait_until(Duration::from_secs(30), async || Ok(database.query_one(sql, &[]).await?.get::<_, i64>(0) == 0));
    if !settled.await? {
        figures.fault(FaultKind::Lost, "events still wait for their places in the audit log after 30 s");
    }
    Ok(())
}

/// Copies the ledger into a temporary table, and the events that wrote something into another.
async fn load_ledger(database: &Client, ledger: &Ledger) -> Result<(), BoxedError> {
    database
        .batch_execute(
            "set search_path = record; set timezone = 'UTC';
             drop table if exists pg_temp.ledger, pg_temp.written;
             create temp table ledger (request_id text primary key, outcome text, resource text, action text, marker text,
                                       operation bigint, key text, resource_id uuid, version bigint);
             create temp table written as
                select id, seq, at, request_id, resource, resource_id, version, action, parts
                from events where parts <> '[]';
             create index on written (request_id); create index on written (resource_id); create index on written (id)",
        )
        .await?;
    for entries in ledger.entries().chunks(5000) {
        let text = |of: fn(&crate::ledger::Entry) -> Option<&str>| entries.iter().map(of).collect::<Vec<_>>();
        let operations: Vec<i64> = entries.iter().map(|entry| entry.intent.operation.cast_signed()).collect();
        let ids: Vec<Option<uuid::Uuid>> = entries.iter().map(|entry| entry.resource_id).collect();
        let versions: Vec<Option<i64>> = entries.iter().map(|entry| entry.version).collect();
        database
            .execute(
                "insert into pg_temp.ledger
                 select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[],
                                      $8::uuid[], $9::bigint[])",
                &[
                    &text(|entry| Some(&entry.request_id)),
                    &text(|entry| Some(entry.outcome.name())),
                    &text(|entry| Some(entry.intent.resource)),
                    &text(|entry| Some(entry.intent.action)),
                    &text(|entry| Some(&entry.intent.marker)),
                    &operations,
                    &text(|entry| entry.intent.key.as_deref()),
                    &ids,
                    &versions,
                ],
            )
            .await?;
    }
    database.batch_execute("analyze pg_temp.ledger; analyze pg_temp.written").await?;
    Ok(())
}

/// Holds the ledger against everything, and adds the number of writes and each fault to the figures.
pub async fn reconcile(evidence: &mut Evidence<'_>, figures: &mut Figures) -> Result<(), BoxedError> {
    let (database, ledger) = (evidence.database, &evidence.target.ledger);
    wait_until_settled(database, figures).await?;
    load_ledger(database, ledger).await?;
    figures.acknowledged += ledger.count(Outcome::Acknowledged);
    figures.doubtful += ledger.count(Outcome::Doubtful);
    for checks in SQL_CHECKS {
        run_checks(database, checks, figures).await?;
    }
    for (answer, count) in ledger.unexpected_answers() {
        figures.fault(FaultKind::Other, format!("{count} × {answer}"));
    }
    audit_log::check_checkpoints(evidence, figures).await?;
    audit_log::check_bundles(evidence, figures).await?;
    feed::check(evidence, figures).await?;
    files::check(evidence, figures).await
}
