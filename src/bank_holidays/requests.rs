//! The request body of a bank holiday.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::text::SingleLineText;

/// A bank holiday. The path has its day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BankHolidayReplacement {
    /// The name.
    pub name: SingleLineText,
}
