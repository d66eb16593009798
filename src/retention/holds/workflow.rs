//! The workflow of a legal hold: a hold is in force until it is lifted.

use crate::auth::Role::{ChiefOfficer, OpccApprover};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// The state of a legal hold.
    pub enum HoldState as ("LegalHoldState") {
        /// The hold protects its record, and every record below it, from disposal.
        InForce = "in_force",
        /// The hold no longer has an effect.
        Lifted = "lifted",
    }
}

crate::vocabulary! {
    /// An action of the workflow of legal holds.
    pub enum Action as ("LegalHoldAction") {
        /// Lift the hold.
        Lift = "lift",
    }
}

crate::vocabulary! {
    /// A need of an action.
    pub enum Need as ("LegalHoldNeed") {
        /// The reason.
        Reason = "reason",
    }
}

/// The rules of the workflow.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<HoldState, Action, Need> = Workflow {
    name: "legal_hold",
    start: HoldState::InForce,
    ends: &[HoldState::Lifted],
    rules: &[
        rule(HoldState::InForce, Action::Lift, HoldState::Lifted, &[OpccApprover, ChiefOfficer], &[Need::Reason]),
    ],
};
