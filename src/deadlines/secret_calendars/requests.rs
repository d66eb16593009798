//! The body of a request that makes a calendar.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::text::SingleLineText;
use crate::deadlines::model::DeadlineKind;

/// A new calendar.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarCreation {
    /// The codes of the areas whose deadlines it shows. The default is all areas of the token.
    #[serde(default)]
    #[schema(nullable = false, min_items = 1, max_items = 50)]
    pub areas: Option<Vec<SingleLineText>>,
    /// The kinds of deadline that it shows. Without this member, or with null, it shows all.
    #[serde(default)]
    #[schema(min_items = 1)]
    pub kinds: Option<Vec<DeadlineKind>>,
    /// What the calendar is for, such as the program that subscribes to it.
    #[serde(default)]
    pub description: Option<SingleLineText>,
}
