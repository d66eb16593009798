//! The workflow of the inspectorate's decisions: which decision may follow which. Either side enters them, with a
//! citation.

use super::model::InspectorateStatus;
use crate::auth::Role::{Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// A decision of the inspectorate, named after the status it leads to.
    pub enum Decision as ("InspectorateDecision") {
        /// Close the recommendation.
        Close = "closed",
        /// Close the recommendation after verifying the work.
        CloseVerified = "closed_verified",
        /// Reopen the recommendation.
        Reopen = "reopened",
    }
}

crate::vocabulary! {
    /// A condition that a decision needs.
    pub enum Need as ("InspectorateNeed") {
        /// The request states the document and the day of the inspectorate's decision.
        Citation = "citation",
    }
}

use Decision::{Close, CloseVerified, Reopen};
use InspectorateStatus::{Closed, ClosedVerified, Open, Reopened};

/// The workflow table: the only source of the decisions, their order and the roles that may enter them.
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
