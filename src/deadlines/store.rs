//! SQL for the list of deadlines: the due dates of responses, comments and assignments that are unfinished, and the
//! expiry dates of accepted evidence. Row security leaves out OFFICIAL-SENSITIVE evidence, because this read is not
//! audited.

use chrono::NaiveDate;
use tokio_postgres::Row;
use uuid::Uuid;

use super::model::{Deadline, DeadlineKind};
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListQuery, Problem, Sort};
use crate::assignments::store::assignment_rows_with_headline;
use crate::bank_holidays;
use crate::calendar::{BankHolidays, days_until};
use crate::db::{FromRow, Parameters, Session, list};
use crate::vocabulary::WireName;

/// The definition of the list of deadlines: its filters and sort orders.
#[derive(Debug)]
pub enum Deadlines {}

impl ListDefinition for Deadlines {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",    FilterType::Labels,                     "area = any ($)",  "Returns only deadlines of these police areas."),
        ("kind",    FilterType::OneOf(DeadlineKind::NAMES), "kind = any ($)",  "Returns only deadlines of these kinds."),
        ("before",  FilterType::Date,                       "day < $",         "Returns only deadlines before this day."),
        ("after",   FilterType::Date,                       "day > $",         "Returns only deadlines after this day."),
        ("overdue", FilterType::Flag,                       "overdue = $",     "Returns only deadlines that are overdue (true), or only the others (false)."),
        ("not_yet_recorded", FilterType::Flag,              "not_yet_recorded = $", "Returns only deadlines of responses and assignments that are not yet recorded (true), or only the others (false)."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        ("on",   "day",               "date"),
        ("area", "area collate \"C\"", "text"),
        ("kind", "kind collate \"C\"", "text"),
    ];
    const DEFAULT_SORT: &'static str = "on,area,kind";
}

/// Selects the deadlines of the caller's areas ($2), as of a day ($1).
const DEADLINES: &str = constcat::concat!(
    "select md5(d.kind || d.resource_id)::uuid as id, d.*, $1 as today,
            d.day < $1 and not d.not_yet_recorded as overdue,
            coalesce(s.reminder_days, '{}') as reminder_days
     from (
         select 'response_due' as kind, i.due_on as day, r.area, i.reference, i.title, 'response' as resource,
                r.id as resource_id,
                response_not_yet_recorded(i.state, r.state, r.version, r.blank_version, r.created_at, i.due_on)
                    as not_yet_recorded
         from responses r
         join inspections i on i.id = r.inspection_id
         where in_scope(r.area, $2) and i.state = 'published' and i.due_on is not null and r.state <> 'not_required'
               and not exists (select from published.responses p where p.id = r.id)
         union all
         select 'comments_due', r.comments_due_on, r.area, i.reference, i.title, 'response', r.id, false
         from responses r
         join inspections i on i.id = r.inspection_id
         where in_scope(r.area, $2) and i.state = 'published' and r.state = 'awaiting_comments'
               and r.comments_due_on is not null
         union all
         select 'line_due', l.last_day, l.area, l.reference, l.text, 'assignment', l.id, l.not_yet_recorded
         from (",
    assignment_rows_with_headline!(),
    ") l
         where l.last_day is not null and l.inspection_state = 'published'
               and l.headline in ('overdue', 'not_yet_recorded', 'in_progress', 'not_started', 'waiting_on_other')
         union all
         select 'evidence_expires', e.expires_on, e.area, r.reference, e.title, 'evidence', e.id, false
         from evidence e
         join assignments a on a.id = e.assignment_id
         join recommendations r on r.id = a.recommendation_id
         where in_scope(e.area, $2) and e.state = 'accepted' and e.expires_on is not null
     ) d
     left join area_settings s on s.area = d.area"
);

impl FromRow for Deadline {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (on, today): (NaiveDate, NaiveDate) = (row.try_get("day")?, row.try_get("today")?);
        let (resource, resource_id): (String, Uuid) = (row.try_get("resource")?, row.try_get("resource_id")?);
        let path = if resource == "evidence" { "evidence".to_owned() } else { format!("{resource}s") };
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            on,
            working_day: true,
            last_working_day: on,
            days_left: days_until(on, today),
            overdue: row.try_get("overdue")?,
            not_yet_recorded: row.try_get("not_yet_recorded")?,
            area: row.try_get("area")?,
            reference: row.try_get("reference")?,
            title: row.try_get::<_, Option<String>>("title")?.unwrap_or_default(),
            links: [("self", format!("/v1/{path}/{resource_id}"))].into(),
            resource,
            resource_id,
            reminder_days: row.try_get("reminder_days")?,
        })
    }
}

fn set_working_day(deadline: &mut Deadline, holidays: &BankHolidays) {
    deadline.last_working_day = holidays.last_working_day(deadline.on);
    deadline.working_day = deadline.last_working_day == deadline.on;
}

/// The deadlines of a page with their cursors, and the total number if the query has `count`.
type PageRows = (Vec<(Deadline, Cursor)>, Option<i64>);

/// Returns one page of deadlines.
pub async fn page(db: &Session<'_>, query: &ListQuery<Deadlines>, today: NaiveDate) -> Result<PageRows, Problem> {
    let areas = db.areas();
    let parameters: Parameters<'_> = &[&today, &areas];
    let ((mut rows, total), holidays) = tokio::try_join!(biased; list::<Deadline, _>(db, &[DEADLINES], parameters, query), bank_holidays::find_days(db))?;
    for (deadline, _) in &mut rows {
        set_working_day(deadline, &holidays);
    }
    Ok((rows, total))
}

/// Returns the earliest deadlines of the caller's areas of these kinds, or of all, for a calendar. Those that had passed before
/// the inspection was registered are left out: a decade of them would displace the coming ones.
pub async fn of_calendar(
    db: &Session<'_>,
    kinds: Option<&[DeadlineKind]>,
    today: NaiveDate,
) -> Result<Vec<Deadline>, Problem> {
    let sql = constcat::concat!(
        "select * from (",
        DEADLINES,
        ") d where not not_yet_recorded and ($3::text[] is null or kind = any ($3)) order by day, area, kind, id limit 2000"
    );
    let areas = db.areas();
    let parameters: Parameters<'_> = &[&today, &areas, &kinds];
    let (mut deadlines, holidays) =
        tokio::try_join!(biased; db.find_all::<Deadline>(sql, parameters), bank_holidays::find_days(db))?;
    deadlines.iter_mut().for_each(|deadline| set_working_day(deadline, &holidays));
    Ok(deadlines)
}

/// Returns true if a record still has this day.
pub async fn is_due(
    db: &Session<'_>,
    kind: DeadlineKind,
    resource_id: Uuid,
    day: NaiveDate,
    today: NaiveDate,
) -> Result<bool, Problem> {
    let sql = constcat::concat!(
        "select true from (",
        DEADLINES,
        ") d where d.resource_id = $3 and d.kind = $4 and d.day = $5 and not d.not_yet_recorded"
    );
    Ok(db.query_opt(sql, &[&today, &db.areas(), &resource_id, &kind, &day]).await?.is_some())
}

/// Returns the deadlines of one area from one day to another, the earliest first. Deadlines that are not yet recorded are
/// left out.
pub async fn list_between(
    db: &Session<'_>,
    area: &str,
    from: NaiveDate,
    to: NaiveDate,
    today: NaiveDate,
) -> Result<Vec<Deadline>, Problem> {
    let sql = constcat::concat!(
        "select * from (",
        DEADLINES,
        ") d where d.area = $3 and d.day between $4 and $5 and not d.not_yet_recorded order by d.day, d.id"
    );
    db.find_all(sql, &[&today, &db.areas(), &area, &from, &to]).await
}
