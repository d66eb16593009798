//! What the inspectorate may decide after what it decided before. Entered by either side, with a citation.

use super::model::InspectorateStatus;
use crate::auth::Role::{Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// A decision of the inspectorate, named as the position it leads to.
    pub enum Decision as ("InspectorateDecision") {
        /// It closed the recommendation.
        Close = "closed",
        /// It closed it after seeing for itself.
        CloseVerified = "closed_verified",
        /// It opened it again.
        Reopen = "reopened",
    }
}

crate::vocabulary! {
    /// What a decision needs.
    pub enum Need as ("InspectorateNeed") {
        /// Where and on which day the inspectorate said so.
        Citation = "citation",
    }
}

use Decision::{Close, CloseVerified, Reopen};
use InspectorateStatus::{Closed, ClosedVerified, Open, Reopened};

/// The table.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<InspectorateStatus, Decision, Need> = Workflow {
    name: "inspectorate_status",
    start: Open,
    ends: &[Open, Closed, ClosedVerified],
    rules: &[
        //   from            decision       to              by                     needs
        rule(Open,           Close,         Closed,         &[Opcc, Constabulary], &[Need::Citation]),
        rule(Open,           CloseVerified, ClosedVerified, &[Opcc, Constabulary], &[Need::Citation]),
        rule(Closed,         CloseVerified, ClosedVerified, &[Opcc, Constabulary], &[Need::Citation]),
        rule(Closed,         Reopen,        Reopened,       &[Opcc, Constabulary], &[Need::Citation]),
        rule(ClosedVerified, Reopen,        Reopened,       &[Opcc, Constabulary], &[Need::Citation]),
        rule(Reopened,       Close,         Closed,         &[Opcc, Constabulary], &[Need::Citation]),
        rule(Reopened,       CloseVerified, ClosedVerified, &[Opcc, Constabulary], &[Need::Citation]),
    ],
};
