//! SQL of tasks. One select for each kind of record joins the records of the caller's areas with the work that the
//! caller's roles permit, and adds the needs that depend on the record.

mod assignments;
mod evidence;
mod proposals;
mod responses;

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::kind::{PermittedWork, TaskKind};
use super::model::{Task, TaskCount};
use super::why::{MissingTexts, why};
use crate::api::{Cursor, Filter, FilterType, FilterValue, ListDefinition, ListQuery, Problem, Sort};
use crate::auth::{Actor, Role};
use crate::bank_holidays;
use crate::calendar::{days_until, london_date};
use crate::db::{Db, FromRow, Parameters, Session, aggregate, list};
use crate::vocabulary::WireName;

/// The definition of the list of tasks: its filters and sort orders.
#[derive(Debug)]
pub enum Tasks {}

impl ListDefinition for Tasks {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        FilterType::Labels,                 "area = any ($)",  "Returns only tasks in these police areas."),
        ("kind",        FilterType::OneOf(TaskKind::NAMES), KIND,              "Returns only tasks of these kinds."),
        ("action",      FilterType::Texts,         "action = any ($)", "Returns only tasks that are done by these actions."),
        ("assigned_to", FilterType::People,                 "assignee && $",   "Returns only tasks on records that your side has assigned to these people: ids, or `me`."),
        ("due_before",  FilterType::Date,                   "due_on < $",      "Returns only tasks with `due_on` before this day."),
        ("due_after",   FilterType::Date,                   "due_on > $",      "Returns only tasks with `due_on` after this day."),
        ("overdue",     FilterType::Flag,                   "overdue = $",     "Returns only tasks that are overdue (true), or only the others (false)."),
    ];
    #[rustfmt::skip]
    const SORTS: &'static [Sort] = &[
        // A decade of days that were past from the beginning would displace the coming ones.
        ("due_on", "coalesce(case when not_yet_recorded then null else due_on end, 'infinity')", "date"),
        ("area",   "coalesce(area, '') collate \"C\"",                                           "text"),
        ("kind",   "kind collate \"C\"",                                                         "text"),
    ];
    const DEFAULT_SORT: &'static str = "due_on,area,kind";
}

/// The SQL condition of the filter `kind`.
const KIND: &str = "kind = any ($)";

/// Joins the work that the caller's roles permit in one state of a workflow, as `w`. Both arguments are SQL.
macro_rules! permitted_work {
    ($workflow:literal, $state:literal) => {
        concat!(
            " join unnest($7::text[], $8::text[], $9::text[], $10::text[]) as w(workflow, state, action, kind)
              on w.workflow = ",
            $workflow,
            " and w.state = ",
            $state
        )
    };
}

use permitted_work;

/// The tasks of each kind of record: on the day $1, in the areas $2, for the side $3 and the identity $4, for a caller of
/// the sides $5 who is a registrar ($6) or a chief officer ($11). $7 to $10 are the permitted work.
const TASKS: [&str; 6] = [
    responses::TASKS,
    assignments::TASKS,
    evidence::TASKS,
    proposals::IMPORTS,
    proposals::POSITIONS,
    proposals::DISPOSALS,
];

/// Returns the parameters of the tasks.
macro_rules! parameters {
    ($db:ident, $today:ident, $work:ident, $chief_officer:ident) => {
        &[
            &$today as _,
            &$db.areas() as _,
            &$db.acting_side() as _,
            &$db.person() as _,
            &$db.sides() as _,
            &$db.is_registrar() as _,
            &$work.workflows as _,
            &$work.states as _,
            &$work.actions as _,
            &$work.kinds as _,
            &$chief_officer as _,
        ]
    };
}

impl FromRow for Task {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (resource, resource_id): (String, Uuid) = (row.try_get("resource")?, row.try_get("resource_id")?);
        let (kind, today): (TaskKind, NaiveDate) = (row.try_get("kind")?, row.try_get("today")?);
        let due_on: Option<NaiveDate> = row.try_get("due_on")?;
        let missing = MissingTexts {
            comments: row.try_get("lacks_comments")?,
            explanations: row.try_get("missing_explanations")?,
        };
        let path = match resource.as_str() {
            "evidence" => "evidence",
            "imported_position" => "imported-positions",
            "response" => "responses",
            "assignment" => "assignments",
            "import" => "imports",
            _ => "disposals",
        };
        Ok(Self {
            id: row.try_get("id")?,
            kind,
            action: row.try_get("action")?,
            why: why(kind, missing),
            area: row.try_get("area")?,
            reference: row.try_get("reference")?,
            title: row.try_get("title")?,
            due_on,
            working_day: None,
            last_working_day: None,
            days_left: due_on.map(|due| days_until(due, today)),
            overdue: row.try_get("overdue")?,
            not_yet_recorded: row.try_get("not_yet_recorded")?,
            since: row.try_get("since")?,
            links: [("self", format!("/v1/{path}/{resource_id}"))].into(),
            resource,
            resource_id,
        })
    }
}

impl FromRow for TaskCount {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            kind: row.try_get("kind")?,
            count: row.try_get("count")?,
            overdue: row.try_get("overdue")?,
            next_due_on: row.try_get("next_due_on")?,
        })
    }
}

/// The tasks of a page with their cursors, and the total number if the query has `count`.
type PageRows = (Vec<(Task, Cursor)>, Option<i64>);

/// Returns one page of what waits for the actor, whose scope the session has.
pub async fn page(
    db: &Session<'_>,
    query: &ListQuery<Tasks>,
    actor: &Actor,
    today: NaiveDate,
) -> Result<PageRows, Problem> {
    let (work, chief_officer) = (PermittedWork::of(actor), actor.has_any_role(&[Role::ChiefOfficer]));
    let parameters: Parameters<'_> = parameters!(db, today, work, chief_officer);
    let ((mut rows, total), holidays) =
        tokio::try_join!(biased; list::<Task, _>(db, &TASKS, parameters, query), bank_holidays::find_days(db))?;
    for (task, _) in &mut rows {
        task.last_working_day = task.due_on.map(|due| holidays.last_working_day(due));
        task.working_day = task.due_on.map(|due| holidays.is_working_day(due));
    }
    Ok((rows, total))
}

/// Counts what waits for the actor by kind.
pub async fn count_by_kind(
    db: &Session<'_>,
    query: &ListQuery<Tasks>,
    actor: &Actor,
    today: NaiveDate,
) -> Result<Vec<TaskCount>, Problem> {
    let (work, chief_officer) = (PermittedWork::of(actor), actor.has_any_role(&[Role::ChiefOfficer]));
    let select = "select kind, count(*) as count, count(*) filter (where overdue) as overdue,
                         min(due_on) filter (where due_on >= today) as next_due_on";
    let group = " group by kind order by kind collate \"C\"";
    aggregate(db, select, &TASKS, parameters!(db, today, work, chief_officer), query, group).await
}

/// Returns the first tasks of these kinds that wait for an actor at an instant, at most `limit`. The actor can be a person,
/// or stand for whoever has a role in an area: `Actor::new(SERVICE_ISSUER, "tasks", None, &[role], &[area])`.
///
/// # Errors
/// 503 if the database cannot be reached.
pub async fn find_waiting(
    db: &Db,
    actor: &Actor,
    at: DateTime<Utc>,
    kinds: &[TaskKind],
    limit: usize,
) -> Result<Vec<Task>, Problem> {
    let kinds = kinds.iter().map(|kind| kind.as_str().to_owned()).collect();
    let query = ListQuery::<Tasks>::from_filters(vec![(KIND, FilterValue::Texts(kinds))], limit);
    let (mut rows, _) = db.read(actor, async |db| page(db, &query, actor, london_date(at)).await).await?;
    rows.truncate(limit);
    Ok(rows.into_iter().map(|(task, _)| task).collect())
}
