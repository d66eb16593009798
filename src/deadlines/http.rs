//! The HTTP operations on deadlines: `/v1/deadlines` and `/v1/deadlines.ics`.

use actix_web::web::Data;

use super::calendar::{self, CalendarEvent, MAX_EVENTS};
use super::model::Deadline;
use super::secret_calendars;
use super::store::{self, Deadlines};
use crate::api::{Api, ApiResult, Calendar, FiltersOnly, ListQuery, Page, StaticResponse, StaticResponseAs};
use crate::auth::Caller;
use crate::auth::permissions::ReadDeadlines;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("deadlines", "The last days for responses, comments and recommendations, and the expiry of evidence.");
    api.get("/v1/deadlines", "List deadlines", list).description(
        "Returns the deadlines of unfinished records in your areas, also deadlines that have passed. A finished \
         record leaves the list, such as a published response. With `not_yet_recorded=true`, it returns the deadlines \
         that had passed before the inspection was registered; none of these is overdue.",
    );
    api.get("/v1/deadlines.ics", "Get deadlines as a calendar", get_calendar).description(
        "Returns the 2,000 earliest deadlines of your areas as a calendar (RFC 5545), with a reminder for each of \
         the area's `reminder_days`. It accepts the filters of GET /v1/deadlines, and leaves out responses that are \
         not yet recorded.",
    );
    secret_calendars::http::operations(api);
}

async fn list(caller: Caller<ReadDeadlines>, db: Data<Db>, query: ListQuery<Deadlines>) -> ApiResult<Page<Deadline>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query, caller.today()).await).await?;
    Ok(Page(query.page(rows, total)))
}

async fn get_calendar(
    caller: Caller<ReadDeadlines>,
    db: Data<Db>,
    FiltersOnly(mut query): FiltersOnly<Deadlines>,
) -> ApiResult<StaticResponseAs<Calendar>> {
    query.limit = MAX_EVENTS;
    // These days were past before the area could know of them. A decade of them would displace the coming ones.
    query.restrict("not_yet_recorded = $", false);
    let (mut rows, _) = db.read(&caller.actor, async |db| store::page(db, &query, caller.today()).await).await?;
    rows.truncate(MAX_EVENTS);
    let deadlines: Vec<Deadline> = rows.into_iter().map(|(deadline, _)| deadline).collect();
    let events: Vec<CalendarEvent<'_>> = deadlines.iter().map(|it| CalendarEvent::today(it, caller.at)).collect();
    let bytes = calendar::calendar(&events).into_bytes();
    Ok(StaticResponse { media_type: "text/calendar; charset=utf-8".into(), bytes, policy: None }.into())
}
