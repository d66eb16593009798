//! The workflow of an item of evidence: the force submits it, and the policing body reviews one version of its file.

mod needs;

use crate::auth::Role::{ChiefOfficer, Constabulary, Opcc};
use crate::workflow::{Workflow, rule};

pub use needs::unmet;

crate::vocabulary! {
    /// The state of an item of evidence.
    pub enum State as ("EvidenceState") {
        /// The force is preparing the item.
        Draft = "draft",
        /// The item waits for the policing body's review.
        Submitted = "submitted",
        /// The policing body accepted the item.
        Accepted = "accepted",
        /// The policing body rejected the item.
        Rejected = "rejected",
        /// The policing body requested changes.
        ChangesRequested = "changes_requested",
        /// The force withdrew the item. Its record, files and reason are retained.
        Withdrawn = "withdrawn",
    }
}

crate::vocabulary! {
    /// An action of the workflow of evidence.
    pub enum Action as ("EvidenceAction") {
        /// Submit the item for review. A new version of a reviewed item's file submits the item automatically.
        Submit = "submit",
        /// Accept the item.
        Accept = "accept",
        /// Reject the item.
        Reject = "reject",
        /// Request changes of the item.
        RequestChanges = "request_changes",
        /// Withdraw the item.
        Withdraw = "withdraw",
    }
}

crate::vocabulary! {
    /// A need of an action.
    pub enum Need as ("EvidenceNeed") {
        /// The item has a file.
        File = "file",
        /// The newest version of the file has not been reviewed.
        NewVersion = "new_version",
        /// The review is of the newest version of the file.
        NewestVersion = "newest_version",
        /// The malware scan of the newest version found nothing, or the service has no scanner.
        Scanned = "scanned",
        /// The reviewer did not add the item or upload a version of its file.
        AnotherPerson = "another_person",
        /// The reviewer's note.
        Note = "note",
        /// The reason.
        Reason = "reason",
    }
}

use Action::{Accept, Reject, RequestChanges, Submit, Withdraw};
use State::{Accepted, ChangesRequested, Draft, Rejected, Submitted, Withdrawn};

const REVIEW: &[Need] = &[Need::AnotherPerson, Need::NewestVersion, Need::Note];
const ACCEPTANCE: &[Need] = &[Need::AnotherPerson, Need::NewestVersion, Need::Scanned, Need::Note];

/// The rules of the workflow.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<State, Action, Need> = Workflow {
    name: "evidence",
    start: Draft,
    ends: &[Accepted, Rejected, Withdrawn],
    rules: &[
        //   from              action          to                by               needs
        rule(Draft,            Submit,         Submitted,        &[Constabulary], &[Need::File]),
        rule(Submitted,        Accept,         Accepted,         &[Opcc],         ACCEPTANCE),
        rule(Submitted,        Reject,         Rejected,         &[Opcc],         REVIEW),
        rule(Submitted,        RequestChanges, ChangesRequested, &[Opcc],         REVIEW),
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
    /// Returns true if the force may amend the item: it is not under review, accepted or withdrawn.
    pub fn is_editable(self) -> bool {
        matches!(self, Draft | ChangesRequested | Rejected)
    }

    /// Returns true if the policing body has reviewed the item, so that a new version of its file submits it again.
    pub fn is_reviewed(self) -> bool {
        matches!(self, Accepted | Rejected | ChangesRequested)
    }
}
