//! A deadline as callers see it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

crate::vocabulary! {
    /// The kind of a deadline.
    pub enum DeadlineKind {
        /// The last of the 56 days for publishing the response (Police Act 1996 s.55(5A)).
        ResponseDue = "response_due",
        /// The last day for the chief officer's comments.
        CommentsDue = "comments_due",
        /// The last day for a recommendation: the area's own target, or else the report's.
        AssignmentDue = "line_due",
        /// The day on which accepted evidence expires.
        EvidenceExpires = "evidence_expires",
    }
}

/// A deadline of one record of an area.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Deadline {
    /// The deadline's id. It depends only on the record and the kind, so it stays the same when the day changes.
    pub id: Uuid,
    /// The kind of deadline.
    pub kind: DeadlineKind,
    /// The last day in London, which is still in time.
    pub on: NaiveDate,
    /// False if `on` is on a weekend or a bank holiday.
    pub working_day: bool,
    /// The last working day on or before it.
    pub last_working_day: NaiveDate,
    /// Days from today until `on`: 0 on that day, negative after it.
    pub days_left: i64,
    /// True if `on` has passed. False while `not_yet_recorded` is true.
    pub overdue: bool,
    /// True if the deadline is that of a response or an assignment whose inspection was registered here after `on` had
    /// passed, and in which the area has recorded nothing yet.
    pub not_yet_recorded: bool,
    /// The code of the police area.
    pub area: String,
    /// The reference of the inspection or of the recommendation.
    pub reference: Option<String>,
    /// The inspection's title, the recommendation's text or the evidence's title.
    pub title: String,
    /// The kind of record: `response`, `assignment` or `evidence`.
    pub resource: String,
    /// The id of the record.
    pub resource_id: Uuid,
    /// The days before `on` on which the area sets reminders.
    pub reminder_days: Vec<i32>,
    /// Addresses of related resources: `self` is the record.
    pub links: BTreeMap<&'static str, String>,
}

/// Returns a deadline for a test.
#[cfg(test)]
pub(super) fn sample_deadline(id: u128, on: &str) -> Deadline {
    Deadline {
        id: Uuid::from_u128(id),
        kind: DeadlineKind::ResponseDue,
        on: on.parse().expect("a day"),
        working_day: true,
        last_working_day: on.parse().expect("a day"),
        days_left: 1,
        overdue: false,
        not_yet_recorded: false,
        area: "cumbria".to_owned(),
        reference: Some("R;1,2".to_owned()),
        title: "A title".to_owned(),
        resource: "response".to_owned(),
        resource_id: Uuid::from_u128(2),
        reminder_days: vec![7],
        links: [("self", "/v1/responses/2".to_owned())].into(),
    }
}
