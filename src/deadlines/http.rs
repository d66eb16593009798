//! `/v1/deadlines`, and the same as a calendar.

use actix_web::web::Data;

use super::calendar;
use super::model::Deadline;
use super::store::{self, Deadlines};
use crate::api::{Api, ApiResult, Calendar, FiltersOnly, Page, Query, StaticResponse, StaticResponseAs};
use crate::auth::Caller;
use crate::auth::permissions::ReadDeadlines;
use crate::db::Db;

/// The most days that a calendar holds: the next ones.
const MOST: usize = 2_000;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("deadlines", "The days that an area must not miss.");
    api.get("/v1/deadlines", "List the days that are still to be met", list);
    api.get("/v1/deadlines.ics", "The same as a calendar: the 2,000 that come first", calendar);
}

async fn list(caller: Caller<ReadDeadlines>, db: Data<Db>, query: Query<Deadlines>) -> ApiResult<Page<Deadline>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query, caller.today()).await).await?;
    Ok(Page(query.page(rows, total)))
}

async fn calendar(
    caller: Caller<ReadDeadlines>,
    db: Data<Db>,
    FiltersOnly(mut query): FiltersOnly<Deadlines>,
) -> ApiResult<StaticResponseAs<Calendar>> {
    query.limit = MOST;
    let (mut rows, _) = db.read(&caller.actor, async |db| store::page(db, &query, caller.today()).await).await?;
    rows.truncate(MOST);
    let deadlines: Vec<Deadline> = rows.into_iter().map(|(deadline, _)| deadline).collect();
    let bytes = calendar::calendar(&deadlines, caller.at).into_bytes();
    Ok(StaticResponse { media: "text/calendar; charset=utf-8".into(), bytes, policy: None }.into())
}
