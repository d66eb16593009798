//! An item's workflow: the force submits, the policing body reviews, each time one version of the files.

use crate::auth::Role::{ChiefOfficer, Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// Where an item of evidence stands.
    pub enum State as ("EvidenceState") {
        /// The force prepares it.
        Draft = "draft",
        /// Before the policing body.
        Submitted = "submitted",
        /// The policing body accepted it.
        Accepted = "accepted",
        /// The policing body rejected it.
        Rejected = "rejected",
        /// The policing body asks for changes.
        ChangesRequested = "changes_requested",
        /// Taken back; its row, files and reason stay.
        Withdrawn = "withdrawn",
    }
}

crate::vocabulary! {
    /// What can be done to an item of evidence.
    pub enum Action as ("EvidenceAction") {
        /// Put it before the policing body; a new version of reviewed files does so by itself.
        Submit = "submit",
        /// Accept it.
        Accept = "accept",
        /// Reject it.
        Reject = "reject",
        /// Ask for changes.
        RequestChanges = "request_changes",
        /// Take it back.
        Withdraw = "withdraw",
    }
}

crate::vocabulary! {
    /// What an action needs.
    pub enum Need as ("EvidenceNeed") {
        /// A file.
        File = "file",
        /// A version of the file that was not reviewed yet.
        NewVersion = "new_version",
        /// That the newest version is the one reviewed.
        NewestVersion = "newest_version",
        /// That the scan of the newest version found nothing, where files are scanned.
        Scanned = "scanned",
        /// Another person than those who made it.
        AnotherPerson = "another_person",
        /// What the review found.
        Note = "note",
        /// Why.
        Reason = "reason",
    }
}

use Action::{Accept, Reject, RequestChanges, Submit, Withdraw};
use State::{Accepted, ChangesRequested, Draft, Rejected, Submitted, Withdrawn};

const REVIEWED: &[Need] = &[Need::AnotherPerson, Need::NewestVersion, Need::Note];

/// The table.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<State, Action, Need> = Workflow {
    name: "evidence",
    start: Draft,
    ends: &[Accepted, Rejected, Withdrawn],
    rules: &[
        //   from              action          to                by               needs
        rule(Draft,            Submit,         Submitted,        &[Constabulary], &[Need::File]),
        rule(Submitted,        Accept,         Accepted,         &[Opcc],         &[Need::AnotherPerson, Need::NewestVersion, Need::Scanned, Need::Note]),
        rule(Submitted,        Reject,         Rejected,         &[Opcc],         REVIEWED),
        rule(Submitted,        RequestChanges, ChangesRequested, &[Opcc],         REVIEWED),
        rule(ChangesRequested, Submit,         Submitted,        &[Constabulary], &[Need::File]),
        rule(Rejected,         Submit,         Submitted,        &[Constabulary], &[Need::NewVersion]),
        rule(Accepted,         Submit,         Submitted,        &[Constabulary], &[Need::NewVersion]),
        rule(Draft,            Withdraw,       Withdrawn,        &[Constabulary], &[Need::Reason]),
        rule(Submitted,        Withdraw,       Withdrawn,        &[Constabulary], &[Need::Reason]),
        rule(ChangesRequested, Withdraw,       Withdrawn,        &[Constabulary], &[Need::Reason]),
        rule(Rejected,         Withdraw,       Withdrawn,        &[Constabulary], &[Need::Reason]),
        rule(Accepted,         Withdraw,       Withdrawn,        &[ChiefOfficer], &[Need::Reason]),
    ],
};

impl State {
    /// Whether the force may still change what it says of the item: not while it is under review, nor once accepted.
    pub fn is_editable(self) -> bool {
        matches!(self, Draft | ChangesRequested | Rejected)
    }

    /// Whether the policing body has reviewed it, so that a new version goes back to it.
    pub fn is_reviewed(self) -> bool {
        matches!(self, Accepted | Rejected | ChangesRequested)
    }
}
