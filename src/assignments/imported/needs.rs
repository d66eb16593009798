//! Checks whether an imported position, and the assignment that it would change, meet the needs of an action.

use super::model::{ImportedPositionRecord, PositionSide};
use super::workflow::Need;
use crate::api::Fault;
use crate::assignments::ForceStatus;
use crate::assignments::positions::{BodyView, InspectorateStatus, Position};
use crate::assignments::service::first_state;
use crate::assignments::store::AssignmentRecord;
use crate::auth::{Call, Role};
use crate::inspections;
use crate::vocabulary::WireName;

/// The statuses that only a chief officer sets.
const OF_CHIEF_OFFICER: [ForceStatus; 3] =
    [ForceStatus::ForceComplete, ForceStatus::WillNotImplement, ForceStatus::NotApplicable];

/// Returns a fault for each way in which a need is not met. Each names the position's id.
pub fn unmet(
    need: Need,
    position: &ImportedPositionRecord,
    assignment: Option<&AssignmentRecord>,
    call: &Call,
) -> Vec<Fault> {
    let found: Vec<(&str, String)> = match need {
        Need::OwnSide => own_side(position, call).into_iter().collect(),
        Need::AnotherPerson => another_person(position, call).into_iter().collect(),
        Need::ChiefOfficer => chief_officer(position, call).into_iter().collect(),
        Need::AssignmentOpen => assignment_open(position, assignment).into_iter().collect(),
        Need::NotMoved => assignment.and_then(|it| not_moved(position, it)).into_iter().collect(),
        Need::StatusComplete => status_complete(position, assignment).into_iter().collect(),
        Need::Evidence => assignment.and_then(|it| evidence(position, it)).into_iter().collect(),
        Need::PossibleDays => possible_days(position, assignment, call),
        Need::Reason | Need::NoneConfirmed => Vec::new(),
    };
    let faults = found.into_iter();
    faults.map(|(pointer, detail)| Fault::record(pointer, need.as_str(), detail).with_id(position.id)).collect()
}

type Lack = Option<(&'static str, String)>;

fn own_side(position: &ImportedPositionRecord, call: &Call) -> Lack {
    let scope = call.actor.scope();
    let is_own = position.side.confirmed_by().iter().any(|side| scope.sides().contains(side));
    (!is_own).then(|| {
        let side = position.side.as_str().replace('_', " ");
        ("/side", format!("This is a position of the {side}. A person of that side must decide on it."))
    })
}

/// A person with roles on both sides may not accept an import for one side and then speak for the other.
fn another_person(position: &ImportedPositionRecord, call: &Call) -> Lack {
    let accepted = call.actor.is_same_person(&position.proposed_issuer, &position.proposed_subject);
    let for_own_side = position.side.confirmed_by().iter().any(|side| position.proposed_sides.contains(side));
    (accepted && !for_own_side).then(|| {
        let detail = "You accepted the import for the other side, so another person must confirm this position.";
        ("/proposed_by", detail.to_owned())
    })
}

fn chief_officer(position: &ImportedPositionRecord, call: &Call) -> Lack {
    let status = position.force_status.filter(|status| OF_CHIEF_OFFICER.contains(status))?;
    (!call.actor.has_any_role(&[Role::ChiefOfficer])).then(|| {
        (
            "/force_status",
            format!("Only a chief officer may state `{status}`. A chief officer must confirm this position."),
        )
    })
}

fn assignment_open(position: &ImportedPositionRecord, assignment: Option<&AssignmentRecord>) -> Lack {
    let Some(assignment) = assignment else {
        let detail = format!(
            "The recommendation has no assignment in {} yet. Publish its inspection first. A cause of concern never has \
             one: reject its position.",
            position.area
        );
        return Some(("/assignment_id", detail));
    };
    (assignment.row.inspection_state == inspections::State::Withdrawn)
        .then(|| ("/assignment_id", "The inspection is withdrawn, so its assignments cannot change.".to_owned()))
}

/// The record wins over an import: what a person has changed since the assignment was opened stays.
fn not_moved(position: &ImportedPositionRecord, assignment: &AssignmentRecord) -> Lack {
    let row = &assignment.row;
    let taken = |position| assignment.positions.iter().any(|entry| entry.position == position);
    let present = match position.side {
        PositionSide::Force => {
            let (status, dependency) = first_state(position.addressees.as_deref().unwrap_or_default());
            let is_first = row.force_status == status
                && row.dependency == dependency
                && row.owner.is_none()
                && assignment.target_changes.is_empty();
            (!is_first).then(|| format!("the force status is `{}`", row.force_status))
        }
        PositionSide::PolicingBody if position.body_view.is_some() => {
            taken(Position::BodyView).then(|| format!("the policing body's view is `{}`", row.body_view))
        }
        PositionSide::PolicingBody => None,
        PositionSide::Inspectorate => taken(Position::InspectorateStatus)
            .then(|| format!("the inspectorate's decision is `{}`", row.inspectorate_status)),
    };
    present.map(|present| {
        let detail = format!(
            "A person has changed the assignment since it was opened: {present}. The record stands. Reject this position, \
             and change the assignment by hand if that is needed."
        );
        ("/assignment_id", detail)
    })
}

/// Some values need what a tracker does not state.
fn status_complete(position: &ImportedPositionRecord, assignment: Option<&AssignmentRecord>) -> Lack {
    let by_hand = "Reject this position, and change the assignment by hand.";
    match (position.force_status, position.inspectorate_status) {
        (Some(ForceStatus::Allocated), _) if position.owner.is_none() => {
            Some(("/owner", format!("`allocated` needs an owner, and the file names none. {by_hand}")))
        }
        (Some(ForceStatus::Superseded), _) => {
            Some(("/force_status", format!("`superseded` needs the newer recommendation. {by_hand}")))
        }
        (Some(ForceStatus::DependentOnOther), _) if assignment.is_some_and(|it| it.row.dependency.is_none()) => {
            Some(("/force_status", format!("`dependent_on_other` needs the other body's name. {by_hand}")))
        }
        (_, Some(InspectorateStatus::Reopened | InspectorateStatus::Open)) => {
            let detail = "The inspectorate can reopen only what it closed. Reject this position, and record its decisions \
                          one after the other by hand.";
            Some(("/inspectorate_status", detail.to_owned()))
        }
        _ => None,
    }
}

fn evidence(position: &ImportedPositionRecord, assignment: &AssignmentRecord) -> Lack {
    let row = &assignment.row;
    if position.force_status == Some(ForceStatus::AwaitingSignOff) && row.evidence_count <= row.rejected_evidence_count
    {
        let detail =
            "`awaiting_sign_off` needs at least one item of evidence that is not rejected. Add evidence first.";
        return Some(("/force_status", detail.to_owned()));
    }
    if position.body_view == Some(BodyView::Assured) && row.accepted_evidence_count == 0 {
        let detail = "The view `assured` needs at least one accepted item of evidence. Accept evidence first.";
        return Some(("/body_view", detail.to_owned()));
    }
    None
}

fn possible_days(
    position: &ImportedPositionRecord,
    assignment: Option<&AssignmentRecord>,
    call: &Call,
) -> Vec<(&'static str, String)> {
    let (today, report) = (call.today(), assignment.and_then(|it| it.row.published_on));
    let mut lacks = Vec::new();
    if let Some(update_on) = position.update_on.filter(|on| *on > today) {
        lacks.push(("/update_on", format!("`update_on` is {update_on}; it must be {today} or earlier.")));
    }
    if position.as_at > today {
        lacks.push(("/as_at", format!("`as_at` is {}; it must be {today} or earlier.", position.as_at)));
    }
    let Some(report) = report else { return lacks };
    if let Some(target) = position.local_target_on.filter(|target| *target < report) {
        let detail = format!("`local_target_on` is {target}; it must be {report}, the report's own day, or later.");
        lacks.push(("/local_target_on", detail));
    }
    if position.side != PositionSide::Force && position.as_at < report {
        let detail = format!("`as_at` is {}; it must be {report}, the report's own day, or later.", position.as_at);
        lacks.push(("/as_at", detail));
    }
    lacks
}
