//! Proposes the positions of a tracker for the area's assignments. Each side confirms its own.

use uuid::Uuid;

use crate::api::{Fault, Problem};
use crate::assignments::imported::{self, ImportReference, ImportedPosition};
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::imports::model::ImportRecord;
use crate::imports::proposal::ProposedPosition;
use crate::imports::service::assessment::{Assessment, RecommendationIndex};

/// Proposes the positions. Returns the audit events, none if the proposal has no positions.
///
/// A position of a recommendation that a registered inspection does not have is left out: the recommendation is listed
/// as an additional one, and the consequences name the position.
///
/// # Errors
///
/// Returns 422 with a fault for each position that belongs to no recommendation of a new inspection.
pub async fn propose(
    tx: &Tx<'_>,
    record: &ImportRecord,
    assessment: &Assessment,
    (area, recommendations): (&str, &[Uuid]),
    call: &Call,
) -> Result<Vec<Event>, Problem> {
    let numbered = RecommendationIndex::of(&assessment.proposal, &assessment.choice);
    let is_known = assessment.choice.known().is_some();
    let (mut positions, mut faults) = (Vec::new(), Vec::new());
    for (at, it) in assessment.proposal.positions.iter().enumerate() {
        match numbered.position(&it.number).and_then(|position| recommendations.get(position)) {
            Some(recommendation) => positions.push((*recommendation, position(it))),
            None if is_known => {}
            None => {
                let detail = format!("No recommendation has the number {:?}, which a position names.", it.number);
                faults.push(Fault::body(format!("/positions/{at}/number"), "unknown_reference", detail));
            }
        }
    }
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let days = positions.iter().filter_map(|(_, position)| position.update_on);
    let import = ImportReference {
        id: record.id,
        filename: record.filename.clone(),
        sha256: record.sha256.clone(),
        // A tracker is as old as its last update.
        as_at: days.filter(|day| *day <= call.today()).max(),
    };
    imported::propose(tx, call, import, area, positions).await
}

fn position(it: &ProposedPosition) -> ImportedPosition {
    ImportedPosition {
        owner: it.owner.value.clone(),
        local_target_on: it.local_target_on.value,
        force_status: it.force_status.value,
        update: it.update.value.clone(),
        update_on: it.update_on.value,
        body_view: it.body_view.value,
        inspectorate_status: it.inspectorate_status.value,
        note: it.note.value.clone(),
    }
}
