//! The part of the schema that follows from the tables: functions, triggers, views, row security and grants. The
//! files of `schema/` state it as it is today. They are applied anew after every migration, in the same transaction.

use aws_lc_rs::digest::{SHA256, digest};
use tokio_postgres::{Error, Transaction};

/// Drops everything that [`FILES`] create.
const DROP_ALL: &str = include_str!("../../schema/drop.sql");

/// The files in the order in which they are applied. Each uses only objects of the files before it.
const FILES: [&str; 20] = [
    include_str!("../../schema/01_callers.sql"),
    include_str!("../../schema/02_append_only.sql"),
    include_str!("../../schema/03_assignments.sql"),
    include_str!("../../schema/04_audit_log.sql"),
    include_str!("../../schema/05_published_copy.sql"),
    include_str!("../../schema/06_search.sql"),
    include_str!("../../schema/07_change_feed_and_webhooks.sql"),
    include_str!("../../schema/08_retention.sql"),
    include_str!("../../schema/09_past.sql"),
    include_str!("../../schema/10_row_security.sql"),
    include_str!("../../schema/11_imports.sql"),
    include_str!("../../schema/12_responses.sql"),
    include_str!("../../schema/13_imported_positions.sql"),
    include_str!("../../schema/14_labels.sql"),
    include_str!("../../schema/15_people.sql"),
    include_str!("../../schema/16_remarks.sql"),
    include_str!("../../schema/17_bank_holidays.sql"),
    include_str!("../../schema/18_tasks.sql"),
    include_str!("../../schema/19_calendars.sql"),
    include_str!("../../schema/20_notifications.sql"),
];

/// Returns the SHA-256 of this program's files in hexadecimal, as the database records it.
pub fn sha256() -> String {
    hex::encode(digest(&SHA256, FILES.concat().as_bytes()))
}

/// Drops all derived objects, so that a migration may alter any table. Locks every table until the transaction ends.
///
/// # Errors
/// When PostgreSQL refuses a statement.
pub async fn drop_all(transaction: &Transaction<'_>) -> Result<(), Error> {
    transaction.batch_execute(DROP_ALL).await
}

/// Creates all derived objects and records the SHA-256 of their files in the database.
///
/// # Errors
/// When PostgreSQL refuses a statement.
pub async fn create_all(transaction: &Transaction<'_>) -> Result<(), Error> {
    for file in FILES {
        transaction.batch_execute(file).await?;
    }
    let record = "insert into derived_schema (sha256, applied_at) values ($1, now())
                    on conflict ((true)) do update set sha256 = excluded.sha256, applied_at = excluded.applied_at";
    transaction.execute(record, &[&sha256()]).await?;
    Ok(())
}
