//! The response's workflow: `received → awaiting_comments → drafting → in_approval → approved → published → complete`,
//! side state `not_required`.

use crate::auth::Role::{ChiefOfficer, Opcc, OpccApprover};
use crate::workflow::{Workflow, rule};

crate::vocabulary! {
    /// Where a response stands.
    pub enum State as ("ResponseState") {
        /// The report is out; nothing was done yet.
        Received = "received",
        /// The chief officer is invited to comment.
        AwaitingComments = "awaiting_comments",
        /// The policing body writes.
        Drafting = "drafting",
        /// Before the approver; nothing can be edited.
        InApproval = "in_approval",
        /// Approved, its content pinned.
        Approved = "approved",
        /// Published.
        Published = "published",
        /// Published, and both copies sent.
        Complete = "complete",
        /// No response is required.
        NotRequired = "not_required",
    }
}

crate::vocabulary! {
    /// What can be done to a response.
    pub enum Action as ("ResponseAction") {
        /// Invite the chief officer to comment: Police Act 1996 s.55(4).
        Invite = "invite",
        /// Submit the chief officer's comments.
        SubmitComments = "submit_comments",
        /// Say that the chief officer has no comment.
        NilReturn = "nil_return",
        /// Go on without comments, their day having passed.
        Proceed = "proceed",
        /// Put it before the approver.
        Submit = "submit",
        /// Send it back to be changed.
        Return = "return",
        /// Approve it.
        Approve = "approve",
        /// Take it up again; the approval is void.
        Reopen = "reopen",
        /// Publish it.
        Publish = "publish",
        /// Record a copy that was sent: s.55(6).
        RecordCopy = "record_copy",
        /// Begin a new edition; the old one stays public until then.
        Correct = "correct",
        /// Record that no response is required.
        MarkNotRequired = "mark_not_required",
        /// Require it again.
        Reinstate = "reinstate",
    }
}

crate::vocabulary! {
    /// What an action needs.
    pub enum Need as ("ResponseNeed") {
        /// A day for comments: today or later, and within the time for the response while that runs.
        CommentsDueOn = "comments_due_on",
        /// The chief officer's words: sent, or drafted before.
        CommentsText = "comments_text",
        /// The day for comments has passed.
        CommentsDayPassed = "comments_day_passed",
        /// The policing body's comments are written.
        PolicingBodyComments = "policing_body_comments",
        /// Every recommendation is explained: s.55(5B).
        EveryExplanation = "every_explanation",
        /// Why.
        Reason = "reason",
        /// Another person than the one who submitted it.
        AnotherPerson = "another_person",
        /// What it says is what was approved.
        ContentAsApproved = "content_as_approved",
        /// The day of publication, where it is not today, has passed and is no earlier than the report's.
        PublicationDay = "publication_day",
        /// To whom the copy went, when and how.
        CopyDetails = "copy_details",
        /// No edition was published.
        NeverPublished = "never_published",
        /// A reason of the list, and the other inspection where it is a duplicate.
        NotRequiredReason = "not_required_reason",
    }
}

/// The table.
#[rustfmt::skip]
pub const WORKFLOW: Workflow<State, Action, Need> = Workflow {
    name: "response",
    start: State::Received,
    ends: &[State::Complete, State::NotRequired],
    rules: &[
        //   from                     action                   to                       by               needs
        rule(State::Received,         Action::Invite,          State::AwaitingComments, &[Opcc],         &[Need::CommentsDueOn]),
        rule(State::AwaitingComments, Action::SubmitComments,  State::Drafting,         &[ChiefOfficer], &[Need::CommentsText]),
        rule(State::Drafting,         Action::SubmitComments,  State::Drafting,         &[ChiefOfficer], &[Need::CommentsText]),
        rule(State::AwaitingComments, Action::NilReturn,       State::Drafting,         &[ChiefOfficer], &[]),
        rule(State::AwaitingComments, Action::Proceed,         State::Drafting,         &[Opcc],         &[Need::CommentsDayPassed]),
        rule(State::Drafting,         Action::Submit,          State::InApproval,       &[Opcc],         &[Need::PolicingBodyComments, Need::EveryExplanation]),
        rule(State::InApproval,       Action::Return,          State::Drafting,         &[OpccApprover], &[Need::Reason]),
        rule(State::InApproval,       Action::Approve,         State::Approved,         &[OpccApprover], &[Need::AnotherPerson]),
        rule(State::Approved,         Action::Reopen,          State::Drafting,         &[Opcc],         &[Need::Reason]),
        rule(State::Approved,         Action::Publish,         State::Published,        &[OpccApprover], &[Need::ContentAsApproved, Need::PublicationDay]),
        rule(State::Published,        Action::RecordCopy,      State::Published,        &[Opcc],         &[Need::CopyDetails]).or(State::Complete),
        rule(State::Published,        Action::Correct,         State::Drafting,         &[OpccApprover], &[Need::Reason]),
        rule(State::Complete,         Action::Correct,         State::Drafting,         &[OpccApprover], &[Need::Reason]),
        rule(State::Received,         Action::MarkNotRequired, State::NotRequired,      &[OpccApprover], &[Need::NotRequiredReason, Need::NeverPublished]),
        rule(State::AwaitingComments, Action::MarkNotRequired, State::NotRequired,      &[OpccApprover], &[Need::NotRequiredReason, Need::NeverPublished]),
        rule(State::Drafting,         Action::MarkNotRequired, State::NotRequired,      &[OpccApprover], &[Need::NotRequiredReason, Need::NeverPublished]),
        rule(State::NotRequired,      Action::Reinstate,       State::Received,         &[OpccApprover], &[Need::Reason]),
    ],
};

impl State {
    /// Whether the sides may still write their texts.
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Received | Self::AwaitingComments | Self::Drafting)
    }
}

impl Action {
    /// Whether what is said of it stays with the policing body: its work before publication.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Submit | Self::Return | Self::Approve | Self::Reopen)
    }
}
