//! Discards the proposals on which nobody decided within 30 days, and disposes of the files of discarded ones then.

use super::super::store::proposals;
use super::super::views;
use super::super::workflow::State;
use crate::api::Problem;
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{AuditedRead, Db};
use crate::vocabulary::WireName;

/// The most proposals that are discarded in one round.
const BATCH: i64 = 200;

/// Discards the proposals that have expired, and disposes of the files and texts of all discarded ones whose 30 days are
/// over. Returns the number discarded and disposed of.
///
/// # Errors
///
/// Returns 503 if the database cannot be reached.
pub async fn discard_expired(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let call = Call::by_jobs(clock.now());
    let discarded = db
        .read_audited(&call, async |tx| {
            let expired = proposals::discard_expired(tx, call.at, BATCH).await?;
            let mut events = Vec::new();
            for record in &expired {
                let event = views::event(EXPIRE, record)?;
                events.push(event.transition(State::Proposed.as_str(), State::Discarded.as_str()));
            }
            let disposed = proposals::dispose_of_discarded(tx, call.at, BATCH).await?;
            for record in &disposed {
                events.push(views::event(DISPOSE, record)?);
            }
            Ok(AuditedRead::new(expired.len() + disposed.len(), events))
        })
        .await?;
    Ok(discarded as u64)
}

/// The action of the audit event: the service discarded the proposal, and no person did.
const EXPIRE: &str = "expire";

/// The action of the audit event: the file and the texts of a discarded import are gone.
const DISPOSE: &str = "dispose";
