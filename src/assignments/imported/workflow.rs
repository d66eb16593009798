//! The workflow of an imported position: a person of its side confirms or rejects it, or the import is undone.

use crate::auth::Role::{self, Constabulary, Opcc, Registrar};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// The state of an imported position.
    pub enum State as ("ImportedPositionState") {
        /// The import was accepted. Nothing is written to the assignment yet.
        Proposed = "proposed",
        /// A person of the side whose position it is confirmed it, and it was written to the assignment.
        Confirmed = "confirmed",
        /// A person of the side whose position it is rejected it.
        Rejected = "rejected",
        /// The import was undone before a person decided.
        Withdrawn = "withdrawn",
    }
}

crate::vocabulary! {
    /// An action on an imported position.
    pub enum Action as ("ImportedPositionAction") {
        /// Confirm the position, which writes it to the assignment.
        Confirm = "confirm",
        /// Reject the position.
        Reject = "reject",
        /// Withdraw the position. Only undoing the import performs it, on all positions of the import at once.
        Withdraw = "withdraw",
    }
}

crate::vocabulary! {
    /// A need of an action.
    pub enum Need as ("ImportedPositionNeed") {
        /// The caller is of the side whose position it is. Either side may decide on the inspectorate's.
        OwnSide = "own_side",
        /// The caller did not accept the import for another side.
        AnotherPerson = "another_person",
        /// The caller is a chief officer, if only a chief officer may set the status.
        ChiefOfficer = "chief_officer",
        /// The recommendation has an assignment in the area, and its inspection is not withdrawn.
        AssignmentOpen = "assignment_open",
        /// Nobody has changed this part of the assignment since it was opened.
        NotMoved = "not_moved",
        /// The position states what its status needs, such as an owner for `allocated`.
        StatusComplete = "status_complete",
        /// The assignment has the evidence that the status or the view needs.
        Evidence = "evidence",
        /// The days are possible: none is in the future or before the report that should not be.
        PossibleDays = "possible_days",
        /// The request states a reason.
        Reason = "reason",
        /// No position of the import was confirmed.
        NoneConfirmed = "none_confirmed",
    }
}

use Action::{Confirm, Reject, Withdraw};
use State::{Confirmed, Proposed, Rejected, Withdrawn};

const SIDES: &[Role] = &[Opcc, Constabulary];
const CONFIRMATION: &[Need] = &[
    Need::OwnSide,
    Need::AnotherPerson,
    Need::ChiefOfficer,
    Need::AssignmentOpen,
    Need::NotMoved,
    Need::StatusComplete,
    Need::Evidence,
    Need::PossibleDays,
];

/// The rules of the workflow.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<State, Action, Need> = Workflow {
    name: "imported_position",
    start: Proposed,
    ends: &[Confirmed, Rejected, Withdrawn],
    rules: &[
        //   from      action    to         by                  needs
        rule(Proposed, Confirm,  Confirmed, SIDES,              CONFIRMATION),
        rule(Proposed, Reject,   Rejected,  SIDES,              &[Need::OwnSide, Need::Reason]),
        rule(Proposed, Withdraw, Withdrawn, &[Opcc, Registrar], &[Need::NoneConfirmed]),
    ],
};
