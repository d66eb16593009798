//! Proposes the positions of a tracker for the area's assignments. Each side confirms its own.

use uuid::Uuid;

use crate::api::{Fault, Problem};
use crate::assignments::imported::{self, ImportReference, ImportedPosition};
use crate::assignments::positions::BodyView;
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::imports::model::ImportRecord;
use crate::imports::proposal::ProposedPosition;
use crate::imports::service::assessment::{Assessment, RecommendationIndex};
use crate::vocabulary::WireName;

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
    // A tracker is as old as its last update.
    let as_at = days.filter(|day| *day <= call.today()).max();
    let report = match assessment.choice.known() {
        Some(known) => known.inspection.published_on,
        None => assessment.proposal.inspection.published_on.value,
    };
    if as_at.zip(report).is_some_and(|(as_at, report)| as_at < report) {
        positions.iter_mut().for_each(|(_, position)| keep_in_note(position));
    }
    let import =
        ImportReference { id: record.id, filename: record.filename.clone(), sha256: record.sha256.clone(), as_at };
    imported::propose(tx, call, import, area, positions).await
}

/// Moves a view of the policing body and a decision of the inspectorate into the note. A tracker that is older than the
/// report cannot state them, so confirming them would be refused.
fn keep_in_note(position: &mut ImportedPosition) {
    let view = position.body_view.take().filter(|view| *view != BodyView::None);
    let decision = position.inspectorate_status.take();
    let lines = [
        position.note.take(),
        view.map(|view| format!("Policing body's view, stated before the report: {}", view.as_str())),
        decision.map(|decision| format!("Inspectorate's decision, stated before the report: {}", decision.as_str())),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    position.note = if lines.is_empty() { None } else { Some(lines.join("\n")) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignments::positions::InspectorateStatus;

    #[test]
    fn a_view_that_is_older_than_the_report_becomes_a_note() {
        let mut position = ImportedPosition {
            body_view: Some(BodyView::Assured),
            inspectorate_status: Some(InspectorateStatus::Closed),
            note: Some("Board: yes".to_owned()),
            ..ImportedPosition::default()
        };
        keep_in_note(&mut position);
        let note = "Board: yes\nPolicing body's view, stated before the report: assured\nInspectorate's decision, stated before \
                    the report: closed";
        assert_eq!(position, ImportedPosition { note: Some(note.to_owned()), ..ImportedPosition::default() });
    }
}
