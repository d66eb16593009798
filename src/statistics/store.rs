//! SQL for the statistics: aggregates of the lists of responses and of assignments, as the caller sees those lists.

use chrono::NaiveDate;
use tokio_postgres::Row;

use super::model::{AssignmentCount, Statistics, Timeliness};
use crate::api::{Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::assignments;
use crate::db::{FromRow, Public, Session};
use crate::responses;

/// The definition of the filters of the statistics. They apply to responses and to assignments alike.
#[derive(Debug)]
pub enum StatisticsFilters {}

impl ListDefinition for StatisticsFilters {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",             FilterType::Texts, "area = any ($)",    "Returns only counts of these police areas."),
        ("inspection_id",    FilterType::Id,    "inspection_id = $", "Returns only counts of this inspection."),
        ("published_after",  FilterType::Date,  "published_on > $",  "Returns only counts of reports published after this day."),
        ("published_before", FilterType::Date,  "published_on < $",  "Returns only counts of reports published before this day."),
    ];
    const SORTS: &'static [Sort] = &[("area", "area collate \"C\"", "text")];
    const DEFAULT_SORT: &'static str = "area";
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

const ASSIGNMENTS: &str = "select area, kind, headline, count(*) as count,
                            headline not in ('closed', 'superseded', 'not_applicable', 'will_not_implement') as open";
const BY_HEADLINE: &str = " group by area, kind, headline order by area collate \"C\", kind, headline";

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

impl FromRow for AssignmentCount {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            area: row.try_get("area")?,
            kind: row.try_get("kind")?,
            headline: row.try_get("headline")?,
            open: row.try_get("open")?,
            count: row.try_get("count")?,
        })
    }
}

/// Counts the published responses and assignments, as of a day.
pub async fn count_public(
    db: &Public<'_>,
    query: &ListQuery<StatisticsFilters>,
    on: NaiveDate,
) -> Result<Statistics, Problem> {
    let timeliness = responses::store::aggregate_public(db, TIMELINESS, query, BY_YEAR).await?;
    let lines = assignments::store::aggregate_public(db, ASSIGNMENTS, query, BY_HEADLINE, on).await?;
    Ok(Statistics { on, timeliness, lines })
}

/// Counts the responses and assignments that a caller may see, as of a day.
pub async fn count_visible(
    db: &Session<'_>,
    query: &ListQuery<StatisticsFilters>,
    on: NaiveDate,
) -> Result<Statistics, Problem> {
    let timeliness = responses::store::aggregate_visible(db, TIMELINESS, query, BY_YEAR, on).await?;
    let lines = assignments::store::aggregate_visible(db, ASSIGNMENTS, query, BY_HEADLINE, on).await?;
    Ok(Statistics { on, timeliness, lines })
}
