//! The background job that performs confirmed disposals. It removes texts at once; the deletion of unreferenced files
//! removes their bytes an hour later.

use uuid::Uuid;

use super::model::{Certificate, Disposal, DisposedResource};
use super::store;
use super::views::{event, snapshot};
use super::workflow::DisposalState;
use crate::api::{Problem, ProblemKind, WriteMode};
use crate::assignments;
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{Db, Event, Tx, Write};
use crate::evidence::{self, file_maintenance};
use crate::people;
use crate::remarks;
use crate::responses;
use crate::retention::store::find_record_of_event;
use crate::vocabulary::WireName;

/// The most disposals that are performed in one round.
const BATCH: i64 = 50;

/// Performs the confirmed disposals that are not under a legal hold. Returns the number performed.
///
/// # Errors
///
/// Returns 503 if the database cannot be read. A disposal that fails is logged and does not stop the others.
pub async fn perform_confirmed(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let service = file_maintenance::service_call(db, clock).await?;
    let mut performed = 0;
    for id in db.read(&service.actor, async |db| store::find_confirmed(db, BATCH).await).await? {
        match db.write(&service, WriteMode::Write, async |tx| perform(tx, id, &service).await).await {
            Ok(()) => performed += 1,
            Err(problem) if problem.kind() == ProblemKind::NotPossibleFromThisState => {}
            Err(problem) => tracing::warn!(%problem, %id, "disposal failed"),
        }
    }
    Ok(performed)
}

/// Performs one disposal, if it is still confirmed and not under a legal hold.
async fn perform(tx: &Tx<'_>, id: Uuid, service: &Call) -> Result<Write<()>, Problem> {
    let disposal = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?.disposal;
    let is_due = |it: &Disposal| it.state == DisposalState::Confirmed && it.disposed_at.is_none() && !it.held;
    let not_due = || {
        let detail = "Another request has already held, cancelled or completed this disposal.";
        Problem::new(ProblemKind::NotPossibleFromThisState, detail)
    };
    if !is_due(&disposal) {
        return Err(not_due());
    }
    let items = store::dispose(tx, id, service.at).await?;
    // The database checks the holds again, immediately before it removes anything. If a hold came first, it removed
    // nothing.
    if !store::find(tx, id).await?.is_some_and(|row| is_due(&row.disposal)) {
        return Err(not_due());
    }
    let erased = items.iter().filter(|item| item.resource == "event");
    let erased =
        erased.map(|event| Event::new("event", event.id, event.version, "erase").area(&disposal.area).parent(id));
    let mut events: Vec<Event> = erased.collect();
    events.extend(erasure_event(tx, &disposal, service).await?);
    if disposal.resource == DisposedResource::Response {
        events.extend(remarks::erasure_events(tx, disposal.resource_id).await?);
    }
    if store::update_certificate(tx, &disposal, &Certificate::new(items)).await? == 0 {
        return Err(Problem::stale());
    }
    let after = store::find(tx, id).await?.ok_or_else(Problem::not_found)?.disposal;
    Ok(Write::new((), event("dispose", &after)?.before(snapshot(&disposal)?)).with_events(events))
}

/// Returns the audit event that stores the record's present content, after the content of its earlier events was
/// erased.
async fn erasure_event(tx: &Tx<'_>, disposal: &Disposal, service: &Call) -> Result<Option<Event>, Problem> {
    let (resource, id) = match disposal.resource {
        DisposedResource::Event => match find_record_of_event(tx, disposal.resource_id).await? {
            Some(found) => found,
            None => return Ok(None),
        },
        resource => (resource.as_str().to_owned(), disposal.resource_id),
    };
    match resource.as_str() {
        "response" => responses::erasure_event(tx, id, service).await,
        "assignment" => assignments::erasure_event(tx, id, service).await,
        "evidence" => evidence::erasure_event(tx, id).await,
        "person" => people::erasure_event(tx, id).await,
        "remark" => remarks::erasure_event(tx, id).await,
        _ => Ok(None),
    }
}
