//! Counts, by area.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::assignments::Headline;
use crate::recommendations::RecommendationKind;

/// What the records that the caller can see come to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// The day in London for which they are counted.
    pub on: NaiveDate,
    /// Whether responses came in time (Police Act 1996 s.55(5A)), by area and year.
    pub timeliness: Vec<Timeliness>,
    /// How recommendations and areas for improvement stand, by area, kind and headline.
    pub lines: Vec<LinesCount>,
}

/// The responses of one area to the reports of one year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Timeliness {
    /// The police area.
    pub area: String,
    /// The year in which the reports were published.
    pub year: i32,
    /// Responses whose first edition was published in time.
    pub on_time: i64,
    /// Those whose first edition was published late.
    pub late: i64,
    /// Those not published though their last day has passed; null where that is not the caller's to know.
    pub overdue: Option<i64>,
    /// Those not published whose last day is still ahead; null where that is not the caller's to know.
    pub pending: Option<i64>,
    /// Those that are not required; null where that is not the caller's to know.
    pub not_required: Option<i64>,
}

/// The lines of one area that are of one kind and stand alike.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinesCount {
    /// The police area.
    pub area: String,
    /// What was asked.
    pub kind: RecommendationKind,
    /// How they stand.
    pub headline: Headline,
    /// Whether something is still to be done about them, by anybody.
    pub open: bool,
    /// How many there are.
    pub count: i64,
}
