//! Whether the needs of a move are met: of the record alone, or of the record and what is asked.

use super::moves::AssignmentMove;
use super::store::Record;
use super::workflow::Need;
use crate::api::Fault;
use crate::auth::Actor;
use crate::vocabulary::WireName;

/// What is lacking for a need: of the record alone, or, with what is `asked`, of both. Whether a newer recommendation is
/// there, the transition looks up.
pub fn unmet(need: Need, record: &Record, actor: &Actor, asked: Option<&AssignmentMove>) -> Vec<Fault> {
    let lacks = |pointer: &str, detail: &str| vec![Fault::record(pointer, need.as_str(), detail)];
    let wrong = |pointer: &str, detail: &str| vec![Fault::body(pointer, need.as_str(), detail)];
    match (need, asked) {
        (Need::Owner, Some(AssignmentMove::Allocate { owner: None })) if record.owner.is_none() => {
            wrong("/owner", "There is no owner: none was sent and none written before.")
        }
        (Need::Dependency, Some(AssignmentMove::Depend { dependency: None, .. })) if record.dependency.is_none() => {
            wrong("/dependency", "Nobody is named on whom it waits: neither sent nor written before.")
        }
        (Need::EvidenceNotRejected, _) if record.evidence_count <= record.rejected_evidence_count => {
            lacks("/evidence_count", "There is no evidence that was not rejected.")
        }
        (Need::AnotherPerson, _) if is_submitter(record, actor) => {
            lacks("/force_status", "Whoever submitted it for sign-off cannot sign it off.")
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

fn is_submitter(record: &Record, actor: &Actor) -> bool {
    let submitted = record.submitted_issuer.as_deref().zip(record.submitted_subject.as_deref());
    submitted.is_some_and(|(issuer, subject)| actor.is_person(issuer, subject))
}
