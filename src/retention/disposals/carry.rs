//! The job that carries out what two people decided, unless it is held. Words go here and now; bytes that no item has any
//! more are let go by the sweep of the files, an hour later.

use uuid::Uuid;

use super::super::store::record_of;
use super::model::{Certificate, Disposal, DisposedResource};
use super::snapshot::{event, snapshot};
use super::store;
use super::workflow::DisposalState;
use crate::api::{Kind, Mode, Problem};
use crate::assignments;
use crate::auth::Call;
use crate::clock::Clock;
use crate::db::{Db, Event, Tx, Write};
use crate::evidence::{self, keeping};
use crate::responses;
use crate::vocabulary::WireName;

/// How many are carried out in one round.
const BATCH: i64 = 50;

/// Carries out what was confirmed and is not held; gives how many disposals that were.
pub async fn carry_out(db: &Db, clock: &Clock) -> Result<u64, Problem> {
    let keeper = keeping::keeper(db, clock).await?;
    let mut done = 0;
    for id in db.read(&keeper.actor, async |db| store::waiting(db, BATCH).await).await? {
        match db.write(&keeper, Mode::Write, async |tx| one(tx, id, &keeper).await).await {
            Ok(()) => done += 1,
            Err(problem) if problem.kind() == Kind::NotFromHere => {}
            // The others need not wait for this one.
            Err(problem) => tracing::warn!(%problem, %id, "a disposal was not carried out"),
        }
    }
    Ok(done)
}

/// Carries out one, as long as it still stands.
async fn one(tx: &Tx<'_>, id: Uuid, keeper: &Call) -> Result<Write<()>, Problem> {
    let it = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?.shown;
    let stands = |it: &Disposal| it.state == DisposalState::Confirmed && it.disposed_at.is_none() && !it.held;
    let elsewhere = || Problem::new(Kind::NotFromHere, "It was held, given up or carried out meanwhile.");
    if !stands(&it) {
        return Err(elsewhere());
    }
    let items = store::dispose(tx, id, keeper.at).await?;
    // The database looks for holds once more, as the last thing before anything goes.
    if !store::find(tx, id).await?.is_some_and(|record| stands(&record.shown)) {
        return Err(elsewhere());
    }
    let erased = items.iter().filter(|item| item.resource == "event");
    let erased = erased.map(|event| Event::new("event", event.id, event.version, "erase").area(&it.area).under(id));
    let mut events: Vec<Event> = erased.collect();
    events.extend(kept_anew(tx, &it, keeper).await?);
    if store::certify(tx, &it, &Certificate::of(items)).await? == 0 {
        return Err(Problem::stale());
    }
    let now = store::find(tx, id).await?.ok_or_else(Problem::not_found)?.shown;
    Ok(Write::new((), event("dispose", &now)?.before(snapshot(&it)?)).and(events))
}

/// The record as it now is, kept in the log anew: what was known of it from now on is told by that.
async fn kept_anew(tx: &Tx<'_>, it: &Disposal, keeper: &Call) -> Result<Option<Event>, Problem> {
    let (resource, id) = match it.resource {
        DisposedResource::Event => match record_of(tx, it.resource_id).await? {
            Some(found) => found,
            None => return Ok(None),
        },
        resource => (resource.as_str().to_owned(), it.resource_id),
    };
    match resource.as_str() {
        "response" => responses::kept_anew(tx, id, keeper).await,
        "assignment" => assignments::kept_anew(tx, id, keeper).await,
        "evidence" => evidence::kept_anew(tx, id).await,
        _ => Ok(None),
    }
}
