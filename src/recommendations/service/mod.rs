//! Creating, amending, correcting and deleting recommendations. The operations, imports and the demo share these
//! functions.

mod batch;
mod update;

use chrono::NaiveDate;
use uuid::Uuid;

pub use batch::RecommendationBatch;
pub use update::{UpdatedRecommendation, update};

use super::model::{Recommendation, RecommendationKind, RecommendationTarget, TargetKind};
use super::requests::RecommendationCreation;
use super::store;
use super::views::snapshot;
use crate::api::text::SingleLineText;
use crate::api::{Fault, IfMatch, Problem, ProblemKind, WriteMode};
use crate::auth::Call;
use crate::db::{Db, Event, Tx, Write};
use crate::inspections::{self, Inspection, find_writable, require_draft};

/// Locks the row of a draft inspection that the caller may write, and returns the inspection. Until the transaction
/// ends, no other request can publish the inspection.
pub async fn lock_draft(tx: &Tx<'_>, inspection_id: Uuid, call: &Call) -> Result<Inspection, Problem> {
    find_writable(tx, inspection_id, call).await?;
    let inspection = inspections::store::lock(tx, inspection_id).await?.ok_or_else(Problem::not_found)?;
    require_draft(tx, &inspection, call).await?;
    Ok(inspection)
}

/// Adds a recommendation to a draft that the transaction has locked. Returns the recommendation and the event.
pub async fn create(
    tx: &Tx<'_>,
    inspection: &Inspection,
    creation: RecommendationCreation,
) -> Result<(Recommendation, Event), Problem> {
    let ordinal = store::next_ordinal(tx, inspection.id).await?;
    let (id, at) = (Uuid::now_v7(), tx.call().at);
    let target = creation.target.unwrap_or_default();
    let created = Recommendation {
        id,
        inspection_id: inspection.id,
        reference: creation.reference.into_string(),
        number: creation.number.map_or_else(|| ordinal.to_string(), SingleLineText::into_string),
        kind: creation.kind.unwrap_or(RecommendationKind::Recommendation),
        cause_of_concern_id: creation.cause_of_concern_id,
        text: creation.text.into_string(),
        addressees: creation.addressees,
        target_basis: target.basis(),
        target,
        themes: creation.themes.into_iter().map(SingleLineText::into_string).collect(),
        supersedes: creation.supersedes,
        reiterates: creation.reiterates,
        errata: Vec::new(),
        version: 1,
        created_at: at,
        updated_at: at,
        links: Recommendation::links(id, inspection.id),
        ordinal,
    };
    check(tx, &created).await?;
    store::insert(tx, &created).await?;
    let mut event = Event::new("recommendation", id, 1, "add").parent(inspection.id).after(snapshot(&created)?);
    event.area.clone_from(&inspection.registered_by);
    Ok((created, event))
}

/// Deletes a recommendation from a draft.
pub async fn delete(db: &Db, call: &Call, id: Uuid, if_match: &IfMatch, mode: WriteMode) -> Result<(), Problem> {
    db.write(call, mode, async |tx| {
        let it = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
        let inspection = lock_draft(tx, it.inspection_id, call).await?;
        if_match.check(it.version)?;
        if store::has_children(tx, &it).await? {
            let detail = "Recommendations belong to this cause of concern. Delete them first, or move them to another.";
            return Err(Problem::with_faults(ProblemKind::NeedsUnmet, vec![Fault::record("", "in_use", detail)]));
        }
        if store::delete(tx, id).await? == 0 {
            return Err(Problem::stale());
        }
        let event = Event::new("recommendation", id, it.version + 1, "remove");
        let mut event = event.parent(inspection.id).before(snapshot(&it)?);
        event.area.clone_from(&inspection.registered_by);
        Ok(Write::new((), event))
    })
    .await
}

/// Computes the target dates of an inspection that is published, or whose day of publication is corrected. Dates that
/// the report states stay as they are. Returns the events: private to the registering area for a draft, else shared.
pub async fn set_target_dates(
    tx: &Tx<'_>,
    inspection: &Inspection,
    published_on: NaiveDate,
    shared: bool,
) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::new();
    for mut it in store::find_of_inspection(tx, inspection.id).await? {
        let before = (it.target.on, it.target_basis, snapshot(&it)?);
        (it.target.on, it.target_basis) = it.target.compute_date(it.target_basis, published_on);
        if (it.target.on, it.target_basis) == (before.0, before.1) {
            continue;
        }
        let date_changed = it.target.on != before.0;
        store::update_target_date(tx, &it, date_changed).await?;
        if !date_changed {
            // The basis alone is not a member that callers see, so its change has no event.
            continue;
        }
        let updated = store::find(tx, it.id).await?.ok_or_else(Problem::not_found)?;
        let event = Event::new("recommendation", it.id, updated.version, "date").parent(inspection.id).shared(shared);
        let mut event = event.fields(vec!["target"]).before(before.2).after(snapshot(&updated)?);
        event.area.clone_from(&inspection.registered_by);
        events.push(event);
    }
    Ok(events)
}

/// Returns what is wrong with a target whose kind and date disagree.
fn target_fault(target: &RecommendationTarget) -> Option<Fault> {
    match (target.kind, target.on) {
        (TargetKind::ByDate, None) => {
            let detail = "`target.on` is required when `target.kind` is `by_date`.";
            Some(Fault::body("/target/on", "required", detail))
        }
        (kind @ (TargetKind::Ongoing | TargetKind::None), Some(_)) => {
            let detail = format!("`target.on` must be null when `target.kind` is `{kind}`.");
            Some(Fault::body("/target/on", "not_here", detail))
        }
        _ => None,
    }
}

/// Checks the target of a recommendation, and the records that it names.
async fn check(tx: &Tx<'_>, it: &Recommendation) -> Result<(), Problem> {
    let mut faults = Vec::from_iter(target_fault(&it.target));
    if let Some(cause) = it.cause_of_concern_id {
        let exists = store::find(tx, cause).await?.is_some_and(|cause| {
            cause.kind == RecommendationKind::CauseOfConcern && cause.inspection_id == it.inspection_id
        });
        if it.kind == RecommendationKind::CauseOfConcern {
            let detail = "`cause_of_concern_id` must be null for a cause of concern: it cannot belong to another.";
            faults.push(Fault::body("/cause_of_concern_id", "unknown_reference", detail));
        } else if !exists {
            let detail = format!("There is no cause of concern {cause} in the same inspection.");
            faults.push(Fault::body("/cause_of_concern_id", "unknown_reference", detail));
        }
    }
    if it.kind != RecommendationKind::CauseOfConcern && store::has_children(tx, it).await? {
        let detail = "`kind` must stay `cause_of_concern` while recommendations belong to this cause of concern.";
        faults.push(Fault::body("/kind", "in_use", detail));
    }
    for (pointer, older) in [("/supersedes", it.supersedes), ("/reiterates", it.reiterates)] {
        if let Some(older) = older
            && (older == it.id || store::find(tx, older).await?.is_none())
        {
            let detail = format!("There is no other recommendation {older} that the caller can see.");
            faults.push(Fault::body(pointer, "unknown_reference", detail));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}
