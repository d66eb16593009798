//! A calendar as its owner sees it, and as the database stores it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::events::ShownEvent;
use crate::api::Versioned;
use crate::auth::Role;
use crate::deadlines::model::DeadlineKind;

/// A calendar with a secret address. Only the person who made it sees it here; whoever has the address reads its events.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SecretCalendar {
    /// The calendar's id.
    pub id: Uuid,
    /// The codes of the areas whose deadlines it shows.
    #[schema(example = json!(["cumbria"]))]
    pub areas: Vec<String>,
    /// The kinds of deadline that it shows; null for all.
    pub kinds: Option<Vec<DeadlineKind>>,
    /// What the calendar is for, such as the program that subscribes to it.
    pub description: Option<String>,
    /// The address to which a calendar program subscribes, without the name of the service: a path that holds the secret.
    /// Only the response that makes the calendar has this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = r"^/calendars/[0-9a-f]{64}\.ics$")]
    pub address: Option<String>,
    /// The day in London on which a program last read the calendar; null if none has.
    pub last_used_on: Option<NaiveDate>,
    /// The version of the record. It stays 1: a calendar is made and deleted, and never changed.
    pub version: i64,
    /// When the calendar was made.
    pub created_at: DateTime<Utc>,
    /// Addresses of the record.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for SecretCalendar {
    fn version(&self) -> i64 {
        self.version
    }
}

/// A calendar to be stored.
#[derive(Clone, Debug)]
pub struct NewCalendar {
    pub id: Uuid,
    pub owner_issuer: String,
    pub owner_subject: String,
    pub roles: Vec<Role>,
    pub areas: Vec<String>,
    pub kinds: Option<Vec<DeadlineKind>>,
    pub description: Option<String>,
    pub secret_sha256: Vec<u8>,
    pub created_at: DateTime<Utc>,
}

/// What a request to a secret address needs: whose calendar it is, what it shows, and what it has shown.
#[derive(Clone, Debug)]
pub struct FoundCalendar {
    pub id: Uuid,
    pub owner_issuer: String,
    pub owner_subject: String,
    pub roles: Vec<Role>,
    /// The areas that it still reads.
    pub areas: Vec<String>,
    pub kinds: Option<Vec<DeadlineKind>>,
    pub shown: Vec<ShownEvent>,
    pub last_used_on: Option<NaiveDate>,
}
