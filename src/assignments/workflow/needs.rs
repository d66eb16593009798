//! Checks whether an assignment, or a requested transition of it, meets the needs of an action.

use super::Need;
use crate::api::Fault;
use crate::assignments::requests::AssignmentTransition;
use crate::assignments::store::AssignmentRow;
use crate::auth::Actor;
use crate::vocabulary::WireName;

/// Returns a fault for each way in which a need is not met.
///
/// Without a request, checks the record alone, so that a caller learns in advance what blocks an action. The transition
/// itself checks [`Need::NewerRecommendation`], which takes a query.
pub fn unmet(need: Need, row: &AssignmentRow, actor: &Actor, request: Option<&AssignmentTransition>) -> Vec<Fault> {
    let record_fault = |pointer: &str, detail: &str| vec![Fault::record(pointer, need.as_str(), detail)];
    let body_fault = |pointer: &str, detail: &str| vec![Fault::body(pointer, need.as_str(), detail)];
    match (need, request) {
        (Need::Owner, Some(AssignmentTransition::Allocate { owner: None })) if row.owner.is_none() => {
            body_fault("/owner", "`owner` is required: name the person in the force who owns the work.")
        }
        (Need::Dependency, Some(AssignmentTransition::Depend { dependency: None, .. })) if row.dependency.is_none() => {
            body_fault("/dependency", "`dependency` is required: name the organisation this assignment is waiting for.")
        }
        (Need::EvidenceNotRejected, _) if row.evidence_count <= row.rejected_evidence_count => {
            let detail = "Sign-off needs at least one item of evidence that is not rejected. Add evidence first.";
            record_fault("/evidence_count", detail)
        }
        (Need::AnotherPerson, _) if is_submitter(row, actor) => {
            let detail = "You submitted this assignment for sign-off, so another person must sign it off.";
            record_fault("/force_status", detail)
        }
        (
            Need::Owner
            | Need::Dependency
            | Need::EvidenceNotRejected
            | Need::AnotherPerson
            | Need::Reason
            | Need::Rationale
            | Need::NewerRecommendation,
            _,
        ) => vec![],
    }
}

fn is_submitter(row: &AssignmentRow, actor: &Actor) -> bool {
    let submitted = row.submitted_issuer.as_deref().zip(row.submitted_subject.as_deref());
    submitted.is_some_and(|(issuer, subject)| actor.is_same_person(issuer, subject))
}
