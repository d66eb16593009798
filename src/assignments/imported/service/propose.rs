//! Proposes the positions of an accepted import: one record for each side whose position a row of the tracker states.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::super::model::{ImportReference, ImportedPosition, ImportedPositionRecord, PositionSide};
use super::super::store;
use super::super::views::{PositionOrigin, event, snapshot};
use super::super::workflow::WORKFLOW;
use crate::api::text::TextValidator;
use crate::api::{Fault, Problem};
use crate::assignments::positions::{BodyView, InspectorateStatus};
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::vocabulary::WireName;

/// Proposes the positions that an import states about recommendations of an area, each for the side whose position it
/// is. Nothing is written to the assignments. Returns the audit events, which are none if no row states anything.
///
/// The call must act for the policing body of the area. A recommendation may belong to a draft: its positions wait for
/// its publication.
///
/// # Errors
///
/// 422 with a fault at `/positions/N` for each unknown recommendation, each recommendation that two rows name, and each
/// text that breaks a rule.
pub async fn propose(
    tx: &Tx<'_>,
    call: &Call,
    import: ImportReference,
    area: &str,
    positions: Vec<(Uuid, ImportedPosition)>,
) -> Result<Vec<Event>, Problem> {
    let ids: Vec<Uuid> = positions.iter().map(|(recommendation, _)| *recommendation).collect();
    let inspections = store::find_inspections(tx, &ids).await?;
    check(&positions, &inspections)?;
    let sides = call.actor.scope().sides().to_vec();
    let mut records = Vec::new();
    for (recommendation, position) in positions {
        let inspection = inspections.get(&recommendation).copied().unwrap_or_default();
        for (side, values) in split(position) {
            records.push(ImportedPositionRecord {
                id: Uuid::now_v7(),
                import_id: import.id,
                area: area.to_owned(),
                inspection_id: inspection,
                recommendation_id: recommendation,
                recommendation: None,
                assignment_id: None,
                side,
                filename: import.filename.clone(),
                sha256: import.sha256.clone(),
                as_at: import.as_at.unwrap_or_else(|| call.today()),
                owner: values.owner,
                local_target_on: values.local_target_on,
                force_status: values.force_status,
                update: values.update,
                update_on: values.update_on,
                body_view: values.body_view,
                inspectorate_status: values.inspectorate_status,
                note: values.note,
                state: WORKFLOW.start,
                proposed_by: call.actor.display_name().to_owned(),
                decided_by: None,
                decided_at: None,
                decision_reason: None,
                allowed_actions: None,
                version: 1,
                created_at: call.at,
                updated_at: call.at,
                links: ImportedPositionRecord::links(Uuid::nil(), import.id, None),
                addressees: None,
                proposed_issuer: call.actor.issuer.clone(),
                proposed_subject: call.actor.subject.clone(),
                proposed_name: call.actor.name.clone(),
                proposed_sides: sides.clone(),
                decided_issuer: None,
                decided_subject: None,
                decided_name: None,
            });
        }
    }
    if records.is_empty() {
        return Ok(Vec::new());
    }
    if store::insert_all(tx, &records).await? != records.len() as u64 {
        return Err(Problem::internal("fewer imported positions were inserted than the import states"));
    }
    let events = records.iter().map(|record| {
        let event = event("propose", &PositionOrigin::from(record)).after(snapshot(record)?);
        Ok(event.transition(None, record.state.as_str()))
    });
    events.collect()
}

/// Checks the recommendations and the texts.
fn check(positions: &[(Uuid, ImportedPosition)], inspections: &HashMap<Uuid, Uuid>) -> Result<(), Problem> {
    let (mut faults, mut texts, mut seen) = (Vec::new(), TextValidator::default(), HashSet::new());
    for (index, (recommendation, position)) in positions.iter().enumerate() {
        let pointer = format!("/positions/{index}");
        if !inspections.contains_key(recommendation) {
            let detail = format!("There is no recommendation {recommendation} that the caller can see.");
            faults.push(Fault::body(&pointer, "unknown_reference", detail));
        }
        if !seen.insert(*recommendation) {
            let detail = format!("Another row states positions of the recommendation {recommendation} too.");
            faults.push(Fault::body(&pointer, "already_exists", detail));
        }
        if let Some(owner) = &position.owner {
            texts.single_line(&format!("{pointer}/owner"), owner);
        }
        for (member, text) in [("update", &position.update), ("note", &position.note)] {
            if let Some(text) = text {
                texts.long_text(&format!("{pointer}/{member}"), text);
            }
        }
    }
    if let Err(problem) = texts.finish() {
        faults.extend(problem.faults().iter().cloned());
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}

/// Splits what a row states by the side whose position it is. A side about which it states nothing is left out.
fn split(row: ImportedPosition) -> impl Iterator<Item = (PositionSide, ImportedPosition)> {
    let force = ImportedPosition {
        owner: row.owner,
        local_target_on: row.local_target_on,
        force_status: row.force_status,
        update_on: row.update_on.filter(|_| row.update.is_some()),
        update: row.update,
        ..ImportedPosition::default()
    };
    let policing_body = ImportedPosition {
        body_view: row.body_view.filter(|view| *view != BodyView::None),
        note: row.note,
        ..ImportedPosition::default()
    };
    let inspectorate = ImportedPosition {
        inspectorate_status: row.inspectorate_status.filter(|status| *status != InspectorateStatus::Open),
        ..ImportedPosition::default()
    };
    let of_sides = [
        (PositionSide::Force, force),
        (PositionSide::PolicingBody, policing_body),
        (PositionSide::Inspectorate, inspectorate),
    ];
    of_sides.into_iter().filter(|(_, values)| *values != ImportedPosition::default())
}
