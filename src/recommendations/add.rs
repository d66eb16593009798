//! Adding a recommendation to a draft, and what must hold together in one: shared by the operations, imports and the demo.

use uuid::Uuid;

use super::model::{Recommendation, RecommendationAdded, RecommendationKind, RecommendationTarget, TargetKind};
use super::snapshot::snapshot;
use super::store;
use crate::api::text::Line;
use crate::api::{Fault, Problem};
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::inspections::{self, Inspection, find_own, require_draft};

/// The caller's own draft, held so that it is not published meanwhile.
pub async fn draft(tx: &Tx<'_>, inspection_id: Uuid, call: &Call) -> Result<Inspection, Problem> {
    find_own(tx, inspection_id, call).await?;
    let inspection = inspections::store::lock(tx, inspection_id).await?.ok_or_else(Problem::not_found)?;
    require_draft(tx, &inspection, call).await?;
    Ok(inspection)
}

/// Adds a recommendation to a draft that the transaction holds.
pub async fn add(
    tx: &Tx<'_>,
    inspection: &Inspection,
    sent: RecommendationAdded,
) -> Result<(Recommendation, Event), Problem> {
    let ordinal = store::next_ordinal(tx, inspection.id).await?;
    let (id, at) = (Uuid::now_v7(), tx.call().at);
    let target = sent.target.unwrap_or_default();
    let made = Recommendation {
        id,
        inspection_id: inspection.id,
        reference: sent.reference.into_string(),
        number: sent.number.map_or_else(|| ordinal.to_string(), Line::into_string),
        kind: sent.kind.unwrap_or(RecommendationKind::Recommendation),
        cause_of_concern_id: sent.cause_of_concern_id,
        text: sent.text.into_string(),
        addressees: sent.addressees,
        target_basis: target.basis(),
        target,
        themes: sent.themes.into_iter().map(Line::into_string).collect(),
        supersedes: sent.supersedes,
        reiterates: sent.reiterates,
        errata: Vec::new(),
        version: 1,
        created_at: at,
        updated_at: at,
        links: Recommendation::links(id, inspection.id),
        ordinal,
    };
    check(tx, &made).await?;
    store::insert(tx, &made).await?;
    let mut event = Event::new("recommendation", id, 1, "add").under(inspection.id).after(snapshot(&made)?);
    event.area.clone_from(&inspection.registered_by);
    Ok((made, event))
}

/// What a target says must hold together.
pub(super) fn of_target(RecommendationTarget { kind, on, .. }: &RecommendationTarget) -> Option<Fault> {
    match (kind, on) {
        (TargetKind::ByDate, None) => Some(Fault::body("/target/on", "required", "A target by date needs its day.")),
        (TargetKind::Ongoing | TargetKind::None, Some(_)) => {
            Some(Fault::body("/target/on", "not_here", "A target of this kind has no day."))
        }
        _ => None,
    }
}

/// What a recommendation says of itself and of others must hold together.
pub(super) async fn check(tx: &Tx<'_>, it: &Recommendation) -> Result<(), Problem> {
    let mut faults = Vec::from_iter(of_target(&it.target));
    if let Some(cause) = it.cause_of_concern_id {
        let there = store::find(tx, cause).await?.is_some_and(|cause| {
            cause.kind == RecommendationKind::CauseOfConcern && cause.inspection_id == it.inspection_id
        });
        if it.kind == RecommendationKind::CauseOfConcern || !there {
            let detail = "This is no cause of concern of the same inspection, or cannot belong to one.";
            faults.push(Fault::body("/cause_of_concern_id", "unknown_reference", detail));
        }
    }
    if it.kind != RecommendationKind::CauseOfConcern && store::is_parent(tx, it).await? {
        let detail = "Recommendations belong to this cause of concern; it cannot become anything else.";
        faults.push(Fault::body("/kind", "in_use", detail));
    }
    for (pointer, older) in [("/supersedes", it.supersedes), ("/reiterates", it.reiterates)] {
        if let Some(older) = older
            && (older == it.id || store::find(tx, older).await?.is_none())
        {
            faults.push(Fault::body(pointer, "unknown_reference", "There is no such older recommendation."));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}
