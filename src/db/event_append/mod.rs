//! Appends the events of a write to the audit log, as the last statement of its transaction. Each event commits to its
//! payload by a digest. The payload is stored in another table, so that it can be erased and the log stays verifiable.

mod commitment;
mod statement;

use std::sync::LazyLock;

use tokio_postgres::Row;

use super::event::Event;
use super::statement::{Parameters, WriteStatement};
use super::transaction::{TransactionEnd, Tx};
use super::write::{CompletedWork, ResponseToStore, STORE_RESPONSE};
use crate::api::Problem;
use crate::ledger::sha256_hex;
use commitment::{EventToAppend, parts_to_append};
use statement::{APPEND_MANY, APPEND_ONE, APPEND_ONE_WITH_NOTE, parameters, value_of_each, value_of_one};

/// Identifies the workflow tables in force: the program's version, and the digest of the page generated from the
/// tables.
static RULES: LazyLock<String> = LazyLock::new(|| {
    let page = sha256_hex(include_bytes!("../../../openapi/workflows.md"));
    format!("{}+{}", env!("CARGO_PKG_VERSION"), &page[..16])
});

/// Ends a transaction: sends its last statements, the response to store, its events, and `commit` or `rollback`
/// together. The database raises an error unless every event was inserted.
pub(super) async fn finish<T>(
    tx: &Tx<'_>,
    completed: CompletedWork<T>,
    commit_or_rollback: &'static str,
) -> TransactionEnd<T> {
    let CompletedWork { value, events, statements, response_to_store, .. } = completed;
    if events.is_empty() {
        let caller = tx.caller();
        let response = response_to_store.as_ref().map(|response| response.parameters(&caller));
        let last: Vec<(&str, Parameters<'_>)> =
            response.iter().map(|values| (STORE_RESPONSE, values.as_slice())).collect();
        return tx.finish(&last, commit_or_rollback).await.map(|_| value);
    }
    match append(tx, &statements, events, response_to_store.as_ref(), commit_or_rollback).await {
        Ok(end) => end.map(|_| value),
        Err(problem) => tx.roll_back(problem).await,
    }
}

async fn append(
    tx: &Tx<'_>,
    statements: &[WriteStatement],
    events: Vec<Event>,
    response: Option<&ResponseToStore>,
    commit_or_rollback: &'static str,
) -> Result<TransactionEnd<Vec<Vec<Row>>>, Problem> {
    let call = tx.call();
    let events = events.into_iter().map(EventToAppend::new).collect::<Result<Vec<_>, _>>()?;
    let parts = parts_to_append(&events)?;
    let roles: Vec<String> = call.actor.roles().iter().map(ToString::to_string).collect();
    let count = i64::try_from(events.len()).map_err(Problem::internal)?;
    let caller = tx.caller();
    let statements: Vec<_> = statements.iter().map(|statement| (statement.sql, statement.parameters())).collect();
    let response = response.map(|response| response.parameters(&caller));
    let mut last: Vec<(&str, Parameters<'_>)> =
        statements.iter().map(|(sql, values)| (*sql, values.as_slice())).collect();
    last.extend(response.as_ref().map(|values| (STORE_RESPONSE, values.as_slice())));
    let end = match (events.as_slice(), parts.as_slice()) {
        ([event], [part]) => {
            let values: Parameters<'_> = parameters!(value_of_one, event, part, call, roles, *RULES, count);
            last.push((if event.event.note.is_some() { APPEND_ONE_WITH_NOTE } else { APPEND_ONE }, values));
            tx.finish(&last, commit_or_rollback).await
        }
        (events, parts) => {
            let values: Parameters<'_> = parameters!(value_of_each, events, parts, call, roles, *RULES, count);
            last.push((APPEND_MANY, values));
            tx.finish(&last, commit_or_rollback).await
        }
    };
    // The append statement is the only one with a second column: whether the published copy was written.
    let wrote_published = |rows: &Vec<Vec<Row>>| rows.iter().flatten().any(|row| row.len() > 1 && row.get(1));
    // When it is not known whether the commit happened, the published copy counts as written.
    tx.set_wrote_published(end.result.as_ref().map_or(end.uncertain, wrote_published));
    Ok(end)
}
