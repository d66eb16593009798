//! The kinds of notification, as one table: the audit event, the kind, and the roles of the people whom it concerns. The
//! days are in a second table, by the kind of deadline.

use crate::auth::Role;
use crate::auth::Role::{ChiefOfficer, Constabulary, Opcc, OpccApprover};
use crate::deadlines::DeadlineKind;

crate::vocabulary! {
    /// The kind of a notification.
    pub enum NotificationKind {
        /// A day is near: the reminders that the area sets.
        DayAhead = "day_ahead",
        /// A day has passed.
        DayPassed = "day_passed",
        /// Something is late, or nobody has opened it, and goes to a further role.
        Escalated = "escalated",
        /// Something waits for approval, sign-off or review.
        WaitsForApproval = "waits_for_approval",
        /// Something was returned for more work.
        Returned = "returned",
        /// Something was approved, signed off or accepted.
        Approved = "approved",
        /// A report or a response was published.
        Published = "published",
        /// The chief officer is invited to comment.
        Invited = "invited",
        /// An item of evidence was rejected.
        EvidenceRejected = "evidence_rejected",
        /// An import has questions that a person must answer.
        ImportQuestions = "import_questions",
        /// The service stopped sending messages to a webhook.
        WebhookStopped = "webhook_stopped",
    }
}

use NotificationKind::{
    Approved, EvidenceRejected, ImportQuestions, Invited, Published, Returned, WaitsForApproval, WebhookStopped,
};

/// An event that makes notifications.
#[derive(Clone, Copy, Debug)]
pub struct EventRule {
    /// The kind of record.
    pub resource: &'static str,
    /// The action.
    pub action: &'static str,
    /// The kind of notification.
    pub kind: NotificationKind,
    /// The roles whom it concerns.
    pub roles: &'static [Role],
}

const fn rule(
    resource: &'static str,
    action: &'static str,
    kind: NotificationKind,
    roles: &'static [Role],
) -> EventRule {
    EventRule { resource, action, kind, roles }
}

/// The events that make notifications.
#[rustfmt::skip]
pub const EVENT_RULES: &[EventRule] = &[
    rule("response",   "open",                Published,        &[Opcc]),
    rule("response",   "invite",              Invited,          &[Constabulary, ChiefOfficer]),
    rule("response",   "submit",              WaitsForApproval, &[OpccApprover]),
    rule("response",   "return",              Returned,         &[Opcc]),
    rule("response",   "approve",             Approved,         &[Opcc]),
    rule("response",   "publish",             Published,        &[Opcc, Constabulary]),
    rule("assignment", "submit_for_sign_off", WaitsForApproval, &[ChiefOfficer]),
    rule("assignment", "send_back",           Returned,         &[Constabulary]),
    rule("assignment", "sign_off",            Approved,         &[Constabulary]),
    rule("evidence",   "submit",              WaitsForApproval, &[Opcc]),
    rule("evidence",   "request_changes",     Returned,         &[Constabulary]),
    rule("evidence",   "accept",              Approved,         &[Constabulary]),
    rule("evidence",   "reject",              EvidenceRejected, &[Constabulary]),
    rule("import",     "create",              ImportQuestions,  &[Opcc]),
    rule("webhook",    "disable",             WebhookStopped,   &[OpccApprover, ChiefOfficer]),
];

/// Returns the rule of an event, if it makes notifications.
pub fn event_rule(resource: &str, action: &str) -> Option<&'static EventRule> {
    EVENT_RULES.iter().find(|rule| rule.resource == resource && rule.action == action)
}

/// Returns the further role to which a day goes that the roles of [`roles_of_deadline`] have not met.
pub fn further_roles(kind: DeadlineKind) -> &'static [Role] {
    match kind {
        DeadlineKind::ResponseDue => &[OpccApprover],
        DeadlineKind::CommentsDue | DeadlineKind::AssignmentDue | DeadlineKind::EvidenceExpires => &[ChiefOfficer],
    }
}

/// Returns the roles whom a day concerns.
pub fn roles_of_deadline(kind: DeadlineKind) -> &'static [Role] {
    match kind {
        DeadlineKind::ResponseDue => &[Opcc],
        DeadlineKind::CommentsDue => &[Constabulary],
        DeadlineKind::AssignmentDue | DeadlineKind::EvidenceExpires => &[Constabulary],
    }
}
