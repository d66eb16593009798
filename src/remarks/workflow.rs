//! The workflow of a remark that begins a thread: open until somebody of its side resolves it, and open again on request.

use crate::auth::Role::{Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// The state of a remark. An answer to a remark has the state of its thread.
    pub enum RemarkState {
        /// Something is still to be done or decided.
        Open = "open",
        /// The remark is dealt with.
        Resolved = "resolved",
    }
}

crate::vocabulary! {
    /// An action of the workflow of remarks.
    pub enum Action as ("RemarkAction") {
        /// State that the remark is dealt with.
        Resolve = "resolve",
        /// Open the remark again.
        Reopen = "reopen",
    }
}

crate::vocabulary! {
    /// A need of an action.
    pub enum Need as ("RemarkNeed") {
        /// The remark begins its thread. The answers to a remark are resolved and opened again with it.
        BeginsThread = "begins_thread",
    }
}

use RemarkState::{Open, Resolved};

/// The rules of the workflow.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<RemarkState, Action, Need> = Workflow {
    name: "remark",
    start: Open,
    ends: &[Open, Resolved],
    rules: &[
        //   from      action           to        by                     needs
        rule(Open,     Action::Resolve, Resolved, &[Opcc, Constabulary], &[Need::BeginsThread]),
        rule(Resolved, Action::Reopen,  Open,     &[Opcc, Constabulary], &[Need::BeginsThread]),
    ],
};
