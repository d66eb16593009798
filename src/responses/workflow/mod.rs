//! The workflow of a response: `received → awaiting_comments → drafting → in_approval → approved → published →
//! complete`, with the side state `not_required`.

mod needs;

use crate::auth::Role::{ChiefOfficer, Opcc, OpccApprover};
use crate::auth::Side;
use crate::workflow::{Workflow, rule};

pub use needs::{ResponseContext, missing_explanations, unmet};

crate::vocabulary! {
    /// The state of a response.
    pub enum State as ("ResponseState") {
        /// The report is published and no work on the response has started.
        Received = "received",
        /// The chief officer is invited to comment.
        AwaitingComments = "awaiting_comments",
        /// The policing body is writing its texts and explanations.
        Drafting = "drafting",
        /// The response is with the approver. Nobody may edit it.
        InApproval = "in_approval",
        /// The response is approved. Its content must stay as approved until publication.
        Approved = "approved",
        /// The response is published.
        Published = "published",
        /// The response is published and both copies are sent.
        Complete = "complete",
        /// No response is required.
        NotRequired = "not_required",
    }
}

crate::vocabulary! {
    /// An action on a response.
    pub enum Action as ("ResponseAction") {
        /// Invite the chief officer to comment: Police Act 1996 s.55(4).
        Invite = "invite",
        /// Submit the chief officer's comments.
        SubmitComments = "submit_comments",
        /// State that the chief officer has no comments.
        NilReturn = "nil_return",
        /// Continue without the chief officer's comments after the last day for them has passed.
        Proceed = "proceed",
        /// Submit the response for approval.
        Submit = "submit",
        /// Return the response to drafting.
        Return = "return",
        /// Approve the response.
        Approve = "approve",
        /// Reopen an approved response. This voids the approval.
        Reopen = "reopen",
        /// Publish the approved response.
        Publish = "publish",
        /// Record a response that was published elsewhere, before this service held its record.
        RecordPublished = "record_published",
        /// Record that a copy of the published response was sent: s.55(6).
        RecordCopy = "record_copy",
        /// Begin a new edition. The published edition stays public until the new one is published.
        Correct = "correct",
        /// Record that no response is required.
        MarkNotRequired = "mark_not_required",
        /// Require a response again.
        Reinstate = "reinstate",
    }
}

crate::vocabulary! {
    /// A condition that an action needs.
    pub enum Need as ("ResponseNeed") {
        /// The last day for comments is today or later, and no later than `due_on` unless `due_on` has passed.
        CommentsDueOn = "comments_due_on",
        /// The chief officer's comments are in the request or in the force's draft.
        CommentsText = "comments_text",
        /// The last day for comments has passed.
        CommentsDayPassed = "comments_day_passed",
        /// The policing body's comments are written.
        PolicingBodyComments = "policing_body_comments",
        /// Every recommendation has an explanation: s.55(5B).
        EveryExplanation = "every_explanation",
        /// The request states a reason.
        Reason = "reason",
        /// The caller is not the person who submitted the response.
        AnotherPerson = "another_person",
        /// The content equals the approved content.
        ContentAsApproved = "content_as_approved",
        /// The day of publication is not in the future, and is no earlier than the report's and the previous edition's.
        PublicationDay = "publication_day",
        /// The policing body's comments are in the request or in the response.
        PublishedComments = "published_comments",
        /// Every recommendation has an explanation, in the request or in the response, or the request states that the
        /// response was published without some.
        PublishedExplanations = "published_explanations",
        /// The request has no chief officer's comments, or it has comments from before the publication and the chief
        /// officer has submitted none here.
        PublishedChiefOfficerComments = "published_chief_officer_comments",
        /// The request states the recipient, the day and the means of sending.
        CopyDetails = "copy_details",
        /// No edition has been published.
        NeverPublished = "never_published",
        /// The request states a reason from the list, and the other inspection if the reason is `duplicated_by`.
        NotRequiredReason = "not_required_reason",
    }
}

/// The needs of recording a response that was published elsewhere.
const RECORD_PUBLISHED: &[Need] = &[
    Need::PublicationDay,
    Need::PublishedComments,
    Need::PublishedExplanations,
    Need::PublishedChiefOfficerComments,
    Need::CopyDetails,
];

/// The workflow table: the only source of the transitions, their roles and their needs.
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
        rule(State::Received,         Action::RecordPublished, State::Published,        &[OpccApprover], RECORD_PUBLISHED).or_to(State::Complete),
        rule(State::AwaitingComments, Action::RecordPublished, State::Published,        &[OpccApprover], RECORD_PUBLISHED).or_to(State::Complete),
        rule(State::Drafting,         Action::RecordPublished, State::Published,        &[OpccApprover], RECORD_PUBLISHED).or_to(State::Complete),
        rule(State::Published,        Action::RecordCopy,      State::Published,        &[Opcc],         &[Need::CopyDetails]).or_to(State::Complete),
        rule(State::Published,        Action::Correct,         State::Drafting,         &[OpccApprover], &[Need::Reason]),
        rule(State::Complete,         Action::Correct,         State::Drafting,         &[OpccApprover], &[Need::Reason]),
        rule(State::Received,         Action::MarkNotRequired, State::NotRequired,      &[OpccApprover], &[Need::NotRequiredReason, Need::NeverPublished]),
        rule(State::AwaitingComments, Action::MarkNotRequired, State::NotRequired,      &[OpccApprover], &[Need::NotRequiredReason, Need::NeverPublished]),
        rule(State::Drafting,         Action::MarkNotRequired, State::NotRequired,      &[OpccApprover], &[Need::NotRequiredReason, Need::NeverPublished]),
        rule(State::NotRequired,      Action::Reinstate,       State::Received,         &[OpccApprover], &[Need::Reason]),
    ],
};

impl State {
    /// Returns true if both sides may still write their texts.
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Received | Self::AwaitingComments | Self::Drafting)
    }
}

impl Action {
    /// Returns the side that alone reads the note or reason of the action, besides auditors; none if both sides of the
    /// area read it. The rule: a note on a side's own text is that side's, before and after publication, because it
    /// tells how the text came about. A note on whether a response is required concerns both.
    pub fn note_side(self) -> Option<Side> {
        match self {
            Self::Invite
            | Self::Proceed
            | Self::Submit
            | Self::Return
            | Self::Approve
            | Self::Reopen
            | Self::Publish
            | Self::RecordPublished
            | Self::RecordCopy
            | Self::Correct => Some(Side::PolicingBody),
            Self::SubmitComments | Self::NilReturn => Some(Side::Force),
            Self::MarkNotRequired | Self::Reinstate => None,
        }
    }
}
