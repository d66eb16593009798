//! The HTTP operations on bank holidays: `/v1/bank-holidays`.

use actix_web::web::Data;
use chrono::NaiveDate;

use super::model::BankHoliday;
use super::requests::BankHolidayReplacement;
use super::service;
use super::store::{self, BankHolidayList};
use crate::api::{
    Amended, Api, ApiResult, CreatedOrReplaced, IfMatch, Json, JsonBody, ListQuery, NoContent, Page, Path, Problem,
    WriteMode,
};
use crate::auth::Anyone;
use crate::auth::Caller;
use crate::auth::permissions::KeepBankHolidays;
use crate::db::{Db, Write};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("bank holidays", "The bank holidays of England and Wales.");
    api.get_cached("/v1/bank-holidays", "List bank holidays", list)
        .description("Returns the bank holidays of England and Wales, from 2017.");
    api.get_cached("/v1/bank-holidays/{day}", "Get a bank holiday", get)
        .description("Returns the bank holiday on a day, or 404.");
    api.put("/v1/bank-holidays/{day}", "Create or replace a bank holiday", replace)
        .description("States that a day is a bank holiday, or gives it another name. No last day moves.");
    api.delete("/v1/bank-holidays/{day}", "Delete a bank holiday", delete)
        .description("States that a day is no bank holiday.");
}

/// Parses the day in a path. Only `YYYY-MM-DD` is accepted, so that a record has one address.
fn parse_day(text: &str) -> Result<NaiveDate, Problem> {
    let day: Option<NaiveDate> = text.parse().ok();
    day.filter(|day| day.to_string() == text).ok_or_else(Problem::not_found)
}

async fn list(caller: Anyone, db: Data<Db>, query: ListQuery<BankHolidayList>) -> ApiResult<Page<BankHoliday>> {
    let (rows, total) = match &caller.call {
        None => db.read_published(async |db| store::page(db, &query).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query).await).await?,
    };
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Anyone, db: Data<Db>, Path(day): Path<String>) -> ApiResult<Json<BankHoliday>> {
    let day = parse_day(&day)?;
    let found = match &caller.call {
        None => db.read_published_row(async |db| store::find(db, day).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::find(db, day).await).await?,
    };
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn replace(
    caller: Caller<KeepBankHolidays>,
    db: Data<Db>,
    Path(day): Path<String>,
    if_match: IfMatch,
    JsonBody(request): JsonBody<BankHolidayReplacement>,
    mode: WriteMode,
) -> ApiResult<Amended<CreatedOrReplaced<BankHoliday>>> {
    let day = parse_day(&day)?;
    let amended = service::replace(&db, &caller, day, &if_match, &request, mode).await?;
    Ok(amended.map(|(holiday, new)| CreatedOrReplaced::record(holiday, new && mode == WriteMode::Write)))
}

async fn delete(
    caller: Caller<KeepBankHolidays>,
    db: Data<Db>,
    Path(day): Path<String>,
    if_match: IfMatch,
    mode: WriteMode,
) -> ApiResult<NoContent> {
    let day = parse_day(&day)?;
    db.write(&caller, mode, async |tx| Ok(Write::new((), service::delete(tx, day, &if_match).await?))).await?;
    Ok(NoContent)
}
