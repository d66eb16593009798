//! The workflow of an item's marking, and the check of its needs.

use crate::api::Fault;
use crate::assignments::Marking;
use crate::auth::Actor;
use crate::auth::Role::{Constabulary, Opcc};
use crate::evidence::model::EvidenceRow;
use crate::vocabulary::WireName;
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// The state of an item's marking.
    pub enum MarkingState {
        /// The marking is OFFICIAL.
        Official = "official",
        /// The marking is OFFICIAL-SENSITIVE.
        OfficialSensitive = "official_sensitive",
        /// The marking is OFFICIAL-SENSITIVE, and a person has requested to lower it to OFFICIAL.
        LoweringRequested = "lowering_requested",
    }
}

crate::vocabulary! {
    /// An action of the workflow of markings.
    pub enum Action as ("MarkingAction") {
        /// Raise the marking to OFFICIAL-SENSITIVE.
        Raise = "raise",
        /// Request that the marking is lowered to OFFICIAL.
        RequestLowering = "request_lowering",
        /// Confirm the request, which lowers the marking to OFFICIAL.
        ConfirmLowering = "confirm_lowering",
        /// Refuse the request, so that the marking stays OFFICIAL-SENSITIVE.
        RefuseLowering = "refuse_lowering",
    }
}

crate::vocabulary! {
    /// A need of an action.
    pub enum Need as ("MarkingNeed") {
        /// The reason.
        Reason = "reason",
        /// A person other than the one who requested the lowering.
        AnotherPerson = "another_person",
    }
}

use Action::{ConfirmLowering, Raise, RefuseLowering, RequestLowering};
use MarkingState::{LoweringRequested, Official, OfficialSensitive};

/// The rules of the workflow.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<MarkingState, Action, Need> = Workflow {
    name: "marking",
    start: Official,
    ends: &[Official, OfficialSensitive],
    rules: &[
        //   from               action           to                 by                     needs
        rule(Official,          Raise,           OfficialSensitive, &[Constabulary, Opcc], &[]),
        rule(OfficialSensitive, RequestLowering, LoweringRequested, &[Constabulary, Opcc], &[Need::Reason]),
        rule(LoweringRequested, ConfirmLowering, Official,          &[Constabulary, Opcc], &[Need::AnotherPerson]),
        rule(LoweringRequested, RefuseLowering,  OfficialSensitive, &[Constabulary, Opcc], &[Need::Reason]),
    ],
};

/// Returns the state of an item's marking.
pub fn state(row: &EvidenceRow) -> MarkingState {
    match (row.marking, row.lowering_at) {
        (Marking::Official, _) => Official,
        (Marking::OfficialSensitive, None) => OfficialSensitive,
        (Marking::OfficialSensitive, Some(_)) => LoweringRequested,
    }
}

/// Returns a fault for each way in which a need is not met.
pub fn unmet(need: Need, row: &EvidenceRow, actor: &Actor) -> Vec<Fault> {
    let requester = row.lowering_issuer.as_deref().zip(row.lowering_subject.as_deref());
    match need {
        Need::AnotherPerson if requester.is_some_and(|(issuer, subject)| actor.is_same_person(issuer, subject)) => {
            let detail = "You requested the lower marking, so another person must confirm it.";
            vec![Fault::record("/lowering/requested_by", need.as_str(), detail)]
        }
        Need::AnotherPerson | Need::Reason => vec![],
    }
}
