//! A hold is in force until it is lifted.

use crate::auth::Role::{ChiefOfficer, OpccApprover};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// Where a legal hold stands.
    pub enum HoldState as ("LegalHoldState") {
        /// What it is of is kept.
        InForce = "in_force",
        /// It keeps nothing any more.
        Lifted = "lifted",
    }
}

crate::vocabulary! {
    /// What can be done to a legal hold.
    pub enum Action as ("LegalHoldAction") {
        /// End it.
        Lift = "lift",
    }
}

crate::vocabulary! {
    /// What an action needs.
    pub enum Need as ("LegalHoldNeed") {
        /// Why.
        Reason = "reason",
    }
}

/// The table.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<HoldState, Action, Need> = Workflow {
    name: "legal_hold",
    start: HoldState::InForce,
    ends: &[HoldState::Lifted],
    rules: &[
        rule(HoldState::InForce, Action::Lift, HoldState::Lifted, &[OpccApprover, ChiefOfficer], &[Need::Reason]),
    ],
};
