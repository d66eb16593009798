//! The events of a change appended to the log: the last statement of its transaction. What each commits to is computed
//! here; what it commits to stands apart, where it can be erased.

mod kept;
mod statement;

use std::sync::LazyLock;

use tokio_postgres::Row;

use super::change::{CompletedWork, Event};
use super::idempotency::{KEEP, ResponseToStore};
use super::pipeline::TransactionEnd;
use super::session::{Parameters, Tx};
use super::write::WriteStatement;
use crate::api::Problem;
use crate::ledger::digest;
use kept::{Named, kept};
use statement::{MANY, ONE, ONE_NOTED, each, one, parameters};

/// Which tables of workflow are in force: the program's version, and the digest of the page that is printed from them.
static RULES: LazyLock<String> = LazyLock::new(|| {
    let page = digest(include_bytes!("../../../openapi/workflows.md"));
    format!("{}+{}", env!("CARGO_PKG_VERSION"), &page[..16])
});

/// Ends a change: its last writes made, its answer kept, its events appended, committed or, where it is only tried, rolled
/// back, all of it sent at once. The database itself holds that every event went in, before it commits.
pub(super) async fn finish<T>(tx: &Tx<'_>, done: CompletedWork<T>, end: &'static str) -> TransactionEnd<T> {
    let CompletedWork { value, events, writes, keep } = done;
    if events.is_empty() {
        return tx.last(&[], end).await.map(|_| value);
    }
    match append(tx, &writes, events, keep.as_ref(), end).await {
        Ok(ended) => ended.map(|_| value),
        Err(problem) => tx.rolled_back(problem).await,
    }
}

async fn append(
    tx: &Tx<'_>,
    writes: &[WriteStatement],
    events: Vec<Event>,
    keep: Option<&ResponseToStore>,
    end: &'static str,
) -> Result<TransactionEnd<Vec<Vec<Row>>>, Problem> {
    let call = tx.call();
    let events = events.into_iter().map(Named::new).collect::<Result<Vec<_>, _>>()?;
    let parts = kept(&events)?;
    let roles: Vec<String> = call.actor.roles().iter().map(ToString::to_string).collect();
    let count = i64::try_from(events.len()).map_err(Problem::internal)?;
    let caller = tx.caller();
    let written: Vec<_> = writes.iter().map(|write| (write.sql, write.parameters())).collect();
    let answer = keep.map(|keep| keep.parameters(&caller));
    let mut last: Vec<(&str, Parameters<'_>)> = written.iter().map(|(sql, values)| (*sql, values.as_slice())).collect();
    last.extend(answer.as_ref().map(|values| (KEEP, values.as_slice())));
    let ended = match (events.as_slice(), parts.as_slice()) {
        ([event], [part]) => {
            let values: Parameters<'_> = parameters!(one, event, part, call, roles, *RULES, count);
            last.push((if event.of.note.is_some() { ONE_NOTED } else { ONE }, values));
            tx.last(&last, end).await
        }
        (events, parts) => {
            let values: Parameters<'_> = parameters!(each, events, parts, call, roles, *RULES, count);
            last.push((MANY, values));
            tx.last(&last, end).await
        }
    };
    let wrote = |rows: &Vec<Vec<Row>>| rows.iter().flatten().any(|row| row.len() > 1 && row.get(1));
    // Where nothing is known of the end, what it may have written is taken for written.
    tx.note_published(ended.answer.as_ref().map_or(ended.uncertain, wrote));
    Ok(ended)
}
