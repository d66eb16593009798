//! SQL for the statistics: aggregates of the lists of responses and of assignments, as the caller sees those lists.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tokio_postgres::Row;

use super::model::{AssignmentCount, DueWeekCount, HeadlineCount, StateCount, Statistics, Timeliness};
use crate::api::{Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::assignments::{self, Headline};
use crate::db::{FromRow, Public, Session};
use crate::recommendations::RecommendationKind;
use crate::responses::{self, State};
use crate::vocabulary::WireName;

/// The definition of the filters of the statistics. They apply to responses and to assignments alike.
#[derive(Debug)]
pub enum StatisticsFilters {}

impl ListDefinition for StatisticsFilters {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",             FilterType::Labels,"area = any ($)",    "Returns only counts of these police areas."),
        ("inspection_id",    FilterType::Id,    "inspection_id = $", "Returns only counts of this inspection."),
        ("published_after",  FilterType::Date,  "published_on > $",  "Returns only counts of reports published after this day."),
        ("published_before", FilterType::Date,  "published_on < $",  "Returns only counts of reports published before this day."),
    ];
    const SORTS: &'static [Sort] = &[("area", "area collate \"C\"", "text")];
    const DEFAULT_SORT: &'static str = "area";
    const HAS_IDS: bool = false;
}

const TIMELINESS: &str = "select area, extract(year from published_on)::integer as year,
                                 count(*) filter (where on_time) as on_time,
                                 count(*) filter (where not on_time) as late,
                                 case when own then count(*) filter (where overdue) end as overdue,
                                 case when own then count(*) filter (where not_yet_recorded) end as not_yet_recorded,
                                 case when own then count(*) filter (
                                     where not is_published and not overdue and not not_yet_recorded
                                           and state <> 'not_required') end as pending,
                                 case when own then count(*) filter (
                                     where on_time is null and state = 'not_required') end as not_required";
const BY_YEAR: &str = " and published_on is not null group by area, own, year order by area collate \"C\", year";

const ASSIGNMENTS: &str = "select area, own, kind, headline, count(*) as count";
const BY_HEADLINE: &str = " group by area, own, kind, headline order by area collate \"C\", kind, headline";

const STATES: &str = "select area, own, state, count(*) as count";
const BY_STATE: &str = " group by area, own, state order by area collate \"C\", state";

/// Due dates are calendar dates in London, so their weeks are too: `isodow` counts from Monday.
const DUE_RESPONSES: &str = "select area, own, due_on - (extract(isodow from due_on)::integer - 1) as week,
                                    count(*) filter (where is_published) as published,
                                    count(*) filter (
                                        where not is_published and state <> 'not_required'
                                              and inspection_state = 'published') as open";
const BY_RESPONSE_WEEK: &str = " and due_on is not null group by area, own, week";

/// The headline states are those of the deadlines of assignments.
const DUE_ASSIGNMENTS: &str = "select area, own, last_day - (extract(isodow from last_day)::integer - 1) as week,
                                      0::bigint as published, count(*) as open";
const BY_ASSIGNMENT_WEEK: &str = " and own and last_day is not null and inspection_state = 'published'
                                  and headline in ('overdue', 'not_yet_recorded', 'in_progress', 'not_started',
                                                   'waiting_on_other')
                                  group by area, own, week";

impl FromRow for Timeliness {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            area: row.try_get("area")?,
            year: row.try_get("year")?,
            on_time: row.try_get("on_time")?,
            late: row.try_get("late")?,
            overdue: row.try_get("overdue")?,
            not_yet_recorded: row.try_get("not_yet_recorded")?,
            pending: row.try_get("pending")?,
            not_required: row.try_get("not_required")?,
        })
    }
}

/// The number of one area's assignments of one kind with one headline state.
struct AssignmentGroup {
    area: String,
    own: bool,
    kind: RecommendationKind,
    headline: Headline,
    count: i64,
}

impl FromRow for AssignmentGroup {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            area: row.try_get("area")?,
            own: row.try_get("own")?,
            kind: row.try_get("kind")?,
            headline: row.try_get("headline")?,
            count: row.try_get("count")?,
        })
    }
}

/// The number of one area's responses in one state.
struct StateGroup {
    area: String,
    own: bool,
    state: State,
    count: i64,
}

impl FromRow for StateGroup {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            area: row.try_get("area")?,
            own: row.try_get("own")?,
            state: row.try_get("state")?,
            count: row.try_get("count")?,
        })
    }
}

/// What is due in one area in one week.
struct WeekGroup {
    area: String,
    own: bool,
    week: NaiveDate,
    published: i64,
    open: i64,
}

impl FromRow for WeekGroup {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            area: row.try_get("area")?,
            own: row.try_get("own")?,
            week: row.try_get("week")?,
            published: row.try_get("published")?,
            open: row.try_get("open")?,
        })
    }
}

/// The groups that the database counted.
struct Groups {
    timeliness: Vec<Timeliness>,
    assignments: Vec<AssignmentGroup>,
    states: Vec<StateGroup>,
    due_responses: Vec<WeekGroup>,
    due_assignments: Vec<WeekGroup>,
}

impl Groups {
    fn into_statistics(self, on: NaiveDate) -> Statistics {
        Statistics {
            on,
            by_state: count_states(&self.states),
            by_headline: count_headlines(&self.assignments),
            by_due_week: count_weeks(self.due_responses, self.due_assignments),
            timeliness: self.timeliness,
            lines: self.assignments.into_iter().map(count_of_kind).collect(),
        }
    }
}

fn count_of_kind(group: AssignmentGroup) -> AssignmentCount {
    let AssignmentGroup { area, own: _, kind, headline, count } = group;
    AssignmentCount { area, kind, headline, open: headline.is_open(), count }
}

/// Returns an entry for every state of each area. Of other areas, the caller knows how many are published, also if it is none.
fn count_states(groups: &[StateGroup]) -> Vec<StateCount> {
    let counted: BTreeMap<(&str, State), i64> =
        groups.iter().map(|group| ((group.area.as_str(), group.state), group.count)).collect();
    let areas: BTreeMap<&str, bool> = groups.iter().map(|group| (group.area.as_str(), group.own)).collect();
    let entry = |area: &str, own: bool, state: State| {
        let is_known = own || matches!(state, State::Published | State::Complete);
        let count = is_known.then(|| counted.get(&(area, state)).copied().unwrap_or_default());
        StateCount { area: area.to_owned(), state, count }
    };
    areas.iter().flat_map(|(area, own)| State::ALL.iter().map(move |state| entry(area, *own, *state))).collect()
}

/// Returns an entry for every headline state of each area. Of other areas, the caller does not know that there is none.
fn count_headlines(groups: &[AssignmentGroup]) -> Vec<HeadlineCount> {
    let mut counted: BTreeMap<(&str, Headline), i64> = BTreeMap::new();
    for group in groups {
        *counted.entry((&group.area, group.headline)).or_default() += group.count;
    }
    let areas: BTreeMap<&str, bool> = groups.iter().map(|group| (group.area.as_str(), group.own)).collect();
    let entry = |area: &str, own: bool, headline: Headline| {
        let count = counted.get(&(area, headline)).copied().or(own.then_some(0));
        HeadlineCount { area: area.to_owned(), headline, open: headline.is_open(), count }
    };
    areas.iter().flat_map(|(area, own)| Headline::ALL.iter().map(move |it| entry(area, *own, *it))).collect()
}

/// Returns an entry for each area and week in which something is due.
fn count_weeks(responses: Vec<WeekGroup>, assignments: Vec<WeekGroup>) -> Vec<DueWeekCount> {
    let mut counted: BTreeMap<(String, NaiveDate), DueWeekCount> = BTreeMap::new();
    let of_responses = responses.into_iter().map(|group| (group, true));
    for (group, is_response) in of_responses.chain(assignments.into_iter().map(|group| (group, false))) {
        let WeekGroup { area, own, week, published, open } = group;
        if published + open == 0 {
            continue;
        }
        let known = own.then_some(0);
        let entry = counted.entry((area.clone(), week)).or_insert_with(|| DueWeekCount {
            area,
            week,
            published_responses: 0,
            unpublished_responses: known,
            open_assignments: known,
        });
        entry.published_responses += published;
        let counter = if is_response { &mut entry.unpublished_responses } else { &mut entry.open_assignments };
        if let Some(counter) = counter {
            *counter += open;
        }
    }
    counted.into_values().collect()
}

/// Counts the published responses and assignments, as of a day.
pub async fn count_public(
    db: &Public<'_>,
    query: &ListQuery<StatisticsFilters>,
    on: NaiveDate,
) -> Result<Statistics, Problem> {
    let groups = Groups {
        timeliness: responses::store::aggregate_public(db, TIMELINESS, query, BY_YEAR).await?,
        assignments: assignments::store::aggregate_public(db, ASSIGNMENTS, query, BY_HEADLINE, on).await?,
        states: responses::store::aggregate_public(db, STATES, query, BY_STATE).await?,
        due_responses: responses::store::aggregate_public(db, DUE_RESPONSES, query, BY_RESPONSE_WEEK).await?,
        due_assignments: Vec::new(),
    };
    Ok(groups.into_statistics(on))
}

/// Counts the responses and assignments that a caller may see, as of a day.
pub async fn count_visible(
    db: &Session<'_>,
    query: &ListQuery<StatisticsFilters>,
    on: NaiveDate,
) -> Result<Statistics, Problem> {
    let groups = Groups {
        timeliness: responses::store::aggregate_visible(db, TIMELINESS, query, BY_YEAR, on).await?,
        assignments: assignments::store::aggregate_visible(db, ASSIGNMENTS, query, BY_HEADLINE, on).await?,
        states: responses::store::aggregate_visible(db, STATES, query, BY_STATE, on).await?,
        due_responses: responses::store::aggregate_visible(db, DUE_RESPONSES, query, BY_RESPONSE_WEEK, on).await?,
        due_assignments: assignments::store::aggregate_visible(db, DUE_ASSIGNMENTS, query, BY_ASSIGNMENT_WEEK, on)
            .await?,
    };
    Ok(groups.into_statistics(on))
}
