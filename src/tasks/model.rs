//! A task as callers see it, and the count of one kind.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::kind::TaskKind;

/// Something that waits for the caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = WaitingTask)]
pub struct Task {
    /// The id, which follows from the record and the kind.
    pub id: Uuid,
    /// What to do.
    pub kind: TaskKind,
    /// The action to send to the record's transitions. Null if no transition does it.
    #[schema(example = "approve")]
    pub action: Option<String>,
    /// Why it waits now, as a sentence in English.
    pub why: String,
    /// The police area; null for an import for no area.
    #[schema(example = "cumbria")]
    pub area: Option<String>,
    /// The kind of record.
    #[schema(example = "response")]
    pub resource: String,
    /// The id of the record.
    pub resource_id: Uuid,
    /// The reference of its inspection or recommendation.
    pub reference: Option<String>,
    /// Its title, its recommendation's text or its file's name. Null for OFFICIAL-SENSITIVE evidence and disposals.
    pub title: Option<String>,
    /// The last day in London on which it is in time.
    pub due_on: Option<NaiveDate>,
    /// False if `due_on` is on a weekend or a bank holiday.
    pub working_day: Option<bool>,
    /// The last working day on or before `due_on`.
    pub last_working_day: Option<NaiveDate>,
    /// Days from today until `due_on`.
    pub days_left: Option<i64>,
    /// True if `due_on` has passed. False while `not_yet_recorded` is true.
    pub overdue: bool,
    /// True if the record is not yet recorded.
    pub not_yet_recorded: bool,
    /// Since when the record waits.
    pub since: DateTime<Utc>,
    /// Addresses: `self` is the record.
    pub links: BTreeMap<&'static str, String>,
}

/// The number of tasks of one kind.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskCount {
    /// The kind.
    pub kind: TaskKind,
    /// The number of tasks.
    pub count: i64,
    /// The number of those that are overdue.
    pub overdue: i64,
    /// The earliest `due_on` that has not passed.
    pub next_due_on: Option<NaiveDate>,
}
