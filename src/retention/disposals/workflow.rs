//! A disposal is proposed by one person and confirmed by another; the service carries out what was confirmed.

use crate::auth::Role::{self, ChiefOfficer, OpccApprover};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// Where a disposal stands.
    pub enum DisposalState {
        /// One person proposed it.
        Proposed = "proposed",
        /// Another confirmed it: it is carried out soon, or was.
        Confirmed = "confirmed",
        /// It was refused, or given up before it was carried out.
        Refused = "refused",
    }
}

crate::vocabulary! {
    /// What can be done to a disposal.
    pub enum Action as ("DisposalAction") {
        /// Let it be carried out.
        Confirm = "confirm",
        /// Refuse it, or give it up.
        Refuse = "refuse",
    }
}

crate::vocabulary! {
    /// What an action needs.
    pub enum Need as ("DisposalNeed") {
        /// Another person than the one who proposed it.
        AnotherPerson = "another_person",
        /// That one of the two is of the side whose words they are.
        OwnSide = "own_side",
        /// That no legal hold is on it, or on what it lies below.
        NotHeld = "not_held",
        /// That it was not carried out yet.
        NotDisposed = "not_disposed",
        /// Why.
        Reason = "reason",
    }
}

use Action::{Confirm, Refuse};
use DisposalState::{Confirmed, Proposed, Refused};

/// Who answers for their side.
const HEADS: &[Role] = &[OpccApprover, ChiefOfficer];

/// The table.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<DisposalState, Action, Need> = Workflow {
    name: "disposal",
    start: Proposed,
    ends: &[Confirmed, Refused],
    rules: &[
        //   from       action   to         by     needs
        rule(Proposed,  Confirm, Confirmed, HEADS, &[Need::AnotherPerson, Need::OwnSide, Need::NotHeld]),
        rule(Proposed,  Refuse,  Refused,   HEADS, &[Need::Reason]),
        rule(Confirmed, Refuse,  Refused,   HEADS, &[Need::NotDisposed, Need::Reason]),
    ],
};
