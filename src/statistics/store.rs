//! The counts, over the lists of responses and of assignments as the caller sees them.

use chrono::NaiveDate;
use tokio_postgres::Row;

use super::model::{LinesCount, Statistics, Timeliness};
use crate::api::{Field, Filter, Listing, Problem, Query, Sort};
use crate::assignments;
use crate::db::{FromRow, Public, Session};
use crate::responses;

/// What is counted can be narrowed by the same words for responses and for lines.
#[derive(Debug)]
pub enum Figures {}

impl Listing for Figures {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",             Field::Texts, "area = any ($)",    "Of these areas."),
        ("inspection_id",    Field::Id,    "inspection_id = $", "Of one inspection."),
        ("published_after",  Field::Date,  "published_on > $",  "Of reports published after this day."),
        ("published_before", Field::Date,  "published_on < $",  "Of reports published before this day."),
    ];
    const SORTS: &'static [Sort] = &[("area", "area collate \"C\"", "text")];
    const DEFAULT: &'static str = "area";
}

const TIMELINESS: &str = "select area, extract(year from published_on)::integer as year,
                                 count(*) filter (where on_time) as on_time,
                                 count(*) filter (where not on_time) as late,
                                 case when own then count(*) filter (where overdue) end as overdue,
                                 case when own then count(*) filter (
                                     where on_time is null and not overdue and state <> 'not_required') end as pending,
                                 case when own then count(*) filter (
                                     where on_time is null and state = 'not_required') end as not_required";
const BY_YEAR: &str = " and published_on is not null group by area, own, year order by area collate \"C\", year";

const LINES: &str = "select area, kind, headline, count(*) as count,
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
            pending: row.try_get("pending")?,
            not_required: row.try_get("not_required")?,
        })
    }
}

impl FromRow for LinesCount {
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

/// What is published, counted for a day.
pub async fn public(db: &Public<'_>, query: &Query<Figures>, on: NaiveDate) -> Result<Statistics, Problem> {
    let timeliness = responses::store::tally_public(db, TIMELINESS, query, BY_YEAR).await?;
    let lines = assignments::store::tally_public(db, LINES, query, BY_HEADLINE, on).await?;
    Ok(Statistics { on, timeliness, lines })
}

/// What a caller sees, counted for a day.
pub async fn seen(db: &Session<'_>, query: &Query<Figures>, on: NaiveDate) -> Result<Statistics, Problem> {
    let timeliness = responses::store::tally_seen(db, TIMELINESS, query, BY_YEAR, on).await?;
    let lines = assignments::store::tally_seen(db, LINES, query, BY_HEADLINE, on).await?;
    Ok(Statistics { on, timeliness, lines })
}
