//! The workflow of a disposal, and the check of its needs. One person proposes a disposal, another confirms it, and the
//! service performs it.

use super::model::DisposalRow;
use crate::api::Fault;
use crate::auth::Role::{self, ChiefOfficer, OpccApprover};
use crate::auth::{Actor, Side};
use crate::vocabulary::WireName;
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// The state of a disposal.
    pub enum DisposalState {
        /// A person has proposed the disposal.
        Proposed = "proposed",
        /// Another person has confirmed the disposal. The service performs it within minutes, or has performed it.
        Confirmed = "confirmed",
        /// The disposal was refused, or cancelled before the service performed it.
        Refused = "refused",
    }
}

crate::vocabulary! {
    /// An action of the workflow of disposals.
    pub enum Action as ("DisposalAction") {
        /// Confirm the disposal, so that the service performs it.
        Confirm = "confirm",
        /// Refuse the disposal, or cancel it before the service performs it.
        Refuse = "refuse",
    }
}

crate::vocabulary! {
    /// A need of an action.
    pub enum Need as ("DisposalNeed") {
        /// A person other than the proposer.
        AnotherPerson = "another_person",
        /// The proposer or the person who confirms is of the side that wrote the text.
        OwnSide = "own_side",
        /// No legal hold is in force on the record or on a record above it.
        NotHeld = "not_held",
        /// The service has not performed the disposal yet.
        NotDisposed = "not_disposed",
        /// The reason.
        Reason = "reason",
    }
}

use Action::{Confirm, Refuse};
use DisposalState::{Confirmed, Proposed, Refused};

/// The roles that answer for their side.
const APPROVERS: &[Role] = &[OpccApprover, ChiefOfficer];

/// The rules of the workflow.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<DisposalState, Action, Need> = Workflow {
    name: "disposal",
    start: Proposed,
    ends: &[Confirmed, Refused],
    rules: &[
        //   from       action   to         by         needs
        rule(Proposed,  Confirm, Confirmed, APPROVERS, &[Need::AnotherPerson, Need::OwnSide, Need::NotHeld]),
        rule(Proposed,  Refuse,  Refused,   APPROVERS, &[Need::Reason]),
        rule(Confirmed, Refuse,  Refused,   APPROVERS, &[Need::NotDisposed, Need::Reason]),
    ],
};

/// Returns a fault for each way in which a need is not met.
pub fn unmet(need: Need, row: &DisposalRow, actor: &Actor) -> Vec<Fault> {
    let it = &row.disposal;
    let fault = |pointer: &str, detail: String| vec![Fault::record(pointer, need.as_str(), detail)];
    match need {
        Need::AnotherPerson if actor.is_same_person(&row.proposed_issuer, &row.proposed_subject) => {
            let detail = "You proposed this disposal, so another person must confirm it.";
            fault("/proposed_by", detail.to_owned())
        }
        Need::OwnSide if !has_own_side(row, actor) => {
            let detail = format!(
                "Neither you nor the proposer is of the {} side, but the text of the record belongs to that side. A \
                 person of that side must confirm the disposal.",
                it.owner.as_str().replace('_', " ")
            );
            fault("/owner", detail)
        }
        Need::NotHeld if it.held => {
            let detail = format!(
                "A legal hold is in force on this {} or on a record above it. Lift the hold first.",
                it.resource
            );
            fault("/held", detail)
        }
        Need::NotDisposed => match it.disposed_at {
            Some(at) => {
                let at = at.format("%Y-%m-%dT%H:%M:%SZ");
                let detail = format!("This disposal has already been completed, at {at}. It can no longer be refused.");
                fault("/disposed_at", detail)
            }
            None => vec![],
        },
        Need::AnotherPerson | Need::OwnSide | Need::NotHeld | Need::Reason => vec![],
    }
}

/// Returns true if the proposer or the actor is of the side that wrote the text.
fn has_own_side(row: &DisposalRow, actor: &Actor) -> bool {
    let is_own = |side: &Side| *side == row.disposal.owner;
    row.proposed_sides.iter().any(is_own) || actor.scope().sides().iter().any(is_own)
}
