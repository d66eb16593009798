//! The part of the schema that follows from the tables: functions, triggers, views, row security and grants. The files of
//! `schema/` state it as it is today. They are applied anew after every migration, in the same transaction.

use aws_lc_rs::digest::{SHA256, digest};
use tokio_postgres::{Error, Transaction};

/// Removes everything that [`FILES`] create.
const DROP: &str = include_str!("../../schema/drop.sql");

/// In the order in which they are applied: each uses only what stands before it.
const FILES: [&str; 10] = [
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
];

/// Returns the SHA-256 of this program's files, as the database records it.
pub fn sha256() -> String {
    hex::encode(digest(&SHA256, FILES.concat().as_bytes()))
}

/// Removes all derived objects, so that a migration may alter any table. Locks every table until the transaction ends.
pub async fn remove(transaction: &Transaction<'_>) -> Result<(), Error> {
    transaction.batch_execute(DROP).await
}

/// Creates all derived objects and records which version of them the database has.
pub async fn create(transaction: &Transaction<'_>) -> Result<(), Error> {
    for file in FILES {
        transaction.batch_execute(file).await?;
    }
    let recorded = "insert into derived_schema (sha256, applied_at) values ($1, now())
                    on conflict ((true)) do update set sha256 = excluded.sha256, applied_at = excluded.applied_at";
    transaction.execute(recorded, &[&sha256()]).await?;
    Ok(())
}
