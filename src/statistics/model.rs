//! The statistics as callers see them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::assignments::Headline;
use crate::recommendations::RecommendationKind;
use crate::responses::State;

/// Counts of the responses and assignments that the caller may see.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// The day in London for which the counts hold.
    pub on: NaiveDate,
    /// The timeliness of responses (Police Act 1996 s.55(5A)), by area and year.
    pub timeliness: Vec<Timeliness>,
    /// The number of assignments, by area, kind and headline state.
    pub lines: Vec<AssignmentCount>,
    /// The number of responses in each state, by area: one entry for each state.
    pub by_state: Vec<StateCount>,
    /// The number of assignments with each headline state, of all kinds, by area: one entry for each headline state.
    pub by_headline: Vec<HeadlineCount>,
    /// What is due, by area and week. Weeks in which nothing is due are left out.
    pub by_due_week: Vec<DueWeekCount>,
}

/// The timeliness of one area's responses to the reports of one year. Counts that only callers of the area may see are
/// null for all others.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Timeliness {
    /// The code of the police area.
    pub area: String,
    /// The year in which the reports were published.
    pub year: i32,
    /// The number of responses whose first edition was published in time.
    pub on_time: i64,
    /// The number of responses whose first edition was published late.
    pub late: i64,
    /// The number of unpublished responses whose last day has passed, without those that are not yet recorded.
    pub overdue: Option<i64>,
    /// The number of responses whose inspection was registered here after their last day had passed, and in which the
    /// area has recorded nothing yet.
    pub not_yet_recorded: Option<i64>,
    /// The number of unpublished responses whose last day has not passed.
    pub pending: Option<i64>,
    /// The number of responses that are not required.
    pub not_required: Option<i64>,
}

/// The number of one area's assignments of one kind with one headline state.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssignmentCount {
    /// The code of the police area.
    pub area: String,
    /// Whether the assignments are of recommendations or of areas for improvement.
    pub kind: RecommendationKind,
    /// The headline state.
    pub headline: Headline,
    /// True if the headline state leaves work to do, for the force or for others.
    pub open: bool,
    /// The number of assignments.
    pub count: i64,
}

/// The number of one area's responses in one state.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StateCount {
    /// The code of the police area.
    pub area: String,
    /// The state.
    pub state: State,
    /// The number of responses. Of another area, the public knows those in the states `published` and `complete`; null for
    /// the other states.
    pub count: Option<i64>,
}

/// The number of one area's assignments with one headline state.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HeadlineCount {
    /// The code of the police area.
    pub area: String,
    /// The headline state.
    pub headline: Headline,
    /// True if the headline state leaves work to do, for the force or for others.
    pub open: bool,
    /// The number of assignments. Of another area, the number of published ones; null if none is published, because there
    /// can be others.
    pub count: Option<i64>,
}

/// What one area has to do by the end of one week, and what of it is published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueWeekCount {
    /// The code of the police area.
    pub area: String,
    /// The Monday of the ISO week, as a calendar date in London.
    #[schema(example = "2022-04-18")]
    pub week: NaiveDate,
    /// The number of published responses whose last day is in the week.
    pub published_responses: i64,
    /// The number of unpublished responses whose last day is in the week, without those that are not required: the deadlines
    /// of the kind `response_due`. Null for other areas.
    pub unpublished_responses: Option<i64>,
    /// The number of unfinished assignments whose last day is in the week: the deadlines of the kind `line_due`. Null for
    /// other areas.
    pub open_assignments: Option<i64>,
}
