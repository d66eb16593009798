//! A bank holiday as everyone sees it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::Versioned;

/// A bank holiday of England and Wales.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BankHoliday {
    /// The bank holiday's id.
    pub id: Uuid,
    /// The day.
    #[schema(example = "2022-12-27")]
    pub day: NaiveDate,
    /// The name.
    #[schema(example = "Christmas Day (substitute day)")]
    pub name: String,
    /// The version.
    pub version: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Addresses.
    pub links: BTreeMap<&'static str, String>,
}

impl Versioned for BankHoliday {
    fn version(&self) -> i64 {
        self.version
    }
}

impl BankHoliday {
    /// Returns the links of the bank holiday on a day.
    pub fn links(day: NaiveDate) -> BTreeMap<&'static str, String> {
        [("self", format!("/v1/bank-holidays/{day}"))].into()
    }
}
