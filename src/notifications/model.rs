//! E-mails and what they tell, as the service stores and sends them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::kind::NotificationKind;
use crate::areas::NotificationLanguage;
use crate::auth::Side;
use crate::deadlines::DeadlineKind;

crate::vocabulary! {
    /// When a kind of notification is sent to a person.
    pub enum NotificationFrequency {
        /// At once, in an e-mail of its own.
        AtOnce = "at_once",
        /// With others, in one e-mail in the morning.
        Daily = "daily",
        /// Never.
        Never = "never",
    }
}

crate::vocabulary! {
    /// What became of an e-mail.
    pub enum EmailState {
        /// The service will send it, or try again.
        Pending = "pending",
        /// The mail server accepted it.
        Sent = "sent",
        /// The mail server did not accept it within 24 hours. The service does not try again.
        Failed = "failed",
        /// The service did not send it, because what it tells no longer holds.
        Cancelled = "cancelled",
    }
}

/// Where a notification is sent.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The e-mail address.
    pub address: String,
    /// The side for which the recipient works.
    pub side: Side,
    /// The language.
    pub language: NotificationLanguage,
    /// The key of the person who chose it. `None` for an address in the settings of the area.
    pub person: Option<String>,
    /// When it is sent.
    pub frequency: NotificationFrequency,
}

/// What a notification is about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The code of the area.
    pub area: String,
    /// The kind of notification.
    pub kind: NotificationKind,
    /// The kind of record.
    pub resource: String,
    /// The id of the record.
    pub resource_id: Uuid,
    /// The action of an event, or the kind of a deadline.
    pub action: String,
    /// The event or the day.
    pub cause: Cause,
}

/// Why a notification is made.
#[derive(Clone, Copy, Debug)]
pub enum Cause {
    /// An event of the audit log.
    Event(Uuid),
    /// A day of a record.
    Day {
        /// The id of the deadline.
        deadline: Uuid,
        /// The day.
        day: NaiveDate,
        /// The number of days before it, below 0 after it.
        lead: i32,
    },
}

/// An e-mail that is leased to this instance.
#[derive(Clone, Debug)]
pub struct ClaimedEmail {
    /// The e-mail's id.
    pub id: Uuid,
    /// The code of its area.
    pub area: String,
    /// The side of its recipient.
    pub side: Side,
    /// The instant at which the lease ends.
    pub lease: DateTime<Utc>,
}

/// An e-mail as the database stores it.
#[derive(Clone, Debug)]
pub struct EmailRecord {
    /// The e-mail's id.
    pub id: Uuid,
    /// The name of its area.
    pub area_name: String,
    /// The address.
    pub recipient: String,
    /// Whether a person chose to receive it.
    pub is_for_person: bool,
    /// The language.
    pub language: NotificationLanguage,
    /// The number of failed attempts.
    pub tries: i32,
    /// When it was handed to the mail server, if the outcome was not recorded.
    pub handed_over_at: Option<DateTime<Utc>>,
}

/// One thing that an e-mail tells, read when it is sent.
#[derive(Clone, Debug)]
pub struct EmailLine {
    /// The kind of notification.
    pub kind: NotificationKind,
    /// The kind of record.
    pub resource: String,
    /// The id of the record.
    pub resource_id: Uuid,
    /// The action of the event, or the kind of the deadline.
    pub action: String,
    /// The day of the deadline; for a step of a response, its last day.
    pub day: Option<NaiveDate>,
    /// True if it is about a day.
    pub is_of_day: bool,
    /// The number of days before the day for which it was made, below 0 after it.
    pub lead: Option<i32>,
    /// The title of the report.
    pub title: Option<String>,
    /// The reference of the report or the recommendation.
    pub reference: Option<String>,
    /// Who did it. `None` for a day.
    pub who: Option<String>,
}

impl EmailLine {
    /// Returns the kind of the deadline, if the line is about a day.
    pub fn deadline_kind(&self) -> Option<DeadlineKind> {
        self.is_of_day.then(|| self.action.parse().ok()).flatten()
    }
}

/// What waits in the outbox of e-mails.
#[derive(Clone, Copy, Debug)]
pub struct EmailBacklog {
    /// The time for which the oldest e-mail has waited.
    pub oldest: TimeDelta,
    /// The number that was given up in the last seven days.
    pub given_up: i64,
}
