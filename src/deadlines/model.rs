//! One day, and what it is the last of.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

crate::vocabulary! {
    /// What a day is the last of.
    pub enum DeadlineKind {
        /// The 56 days end in which the response is published (Police Act 1996 s.55(5A)).
        ResponseDue = "response_due",
        /// The chief officer's comments are wanted by then.
        CommentsDue = "comments_due",
        /// What a recommendation asks is to be done: the area's own target where it has one, else the report's.
        LineDue = "line_due",
        /// Accepted evidence is not relied on from then.
        EvidenceExpires = "evidence_expires",
    }
}

/// A day that an area must not miss.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Deadline {
    /// Its own id: the same as long as the record has such a day.
    pub id: Uuid,
    /// What it is the last of.
    pub kind: DeadlineKind,
    /// The civil day in London; all of it still counts.
    pub on: NaiveDate,
    /// How many days are left after today; negative once it has passed.
    pub days_left: i64,
    /// Whether it has passed.
    pub overdue: bool,
    /// The police area.
    pub area: String,
    /// The reference of the inspection or of the recommendation.
    pub reference: Option<String>,
    /// What it is about: the inspection's title, the recommendation's text, the evidence's title.
    pub title: String,
    /// The kind of record: `response`, `assignment` or `evidence`.
    pub resource: String,
    /// The record.
    pub resource_id: Uuid,
    /// Days before it on which the area wants to be reminded of it.
    pub reminder_days: Vec<i32>,
    /// `self` leads to the record.
    pub links: BTreeMap<&'static str, String>,
}
