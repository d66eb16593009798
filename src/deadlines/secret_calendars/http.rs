//! The operations of `/v1/calendars`, and the secret addresses below `/calendars/`.

use actix_web::web::Data;
use uuid::Uuid;

use super::model::SecretCalendar;
use super::requests::CalendarCreation;
use super::secret::{self, CalendarKey};
use super::service;
use super::store::{self, Calendars};
use crate::api::{
    Api, ApiResult, Calendar, Created, IdempotencyKey, IdempotentResponse, IfMatch, Json, JsonBody, ListQuery,
    NoContent, Page, Path, Problem, ProblemKind, StaticResponse, StaticResponseAs, WriteMode,
};
use crate::auth::permissions::KeepCalendars;
use crate::auth::{Anyone, Caller};
use crate::db::{Db, Session, Tx};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.get("/v1/calendars", "List calendars", list)
        .description("Returns your own calendars, without their addresses, which are shown only when they are made.");
    api.post("/v1/calendars", "Make a calendar", make).description(
        "Makes a calendar of deadlines with a secret `address`, to which calendar programs such as Outlook subscribe \
         without a token. The address is shown only this once. Whoever has it reads the calendar: give it to nobody, \
         and delete the calendar if it gets out. The status is 422 if you already have 20 calendars.",
    );
    api.get("/v1/calendars/{id}", "Get a calendar", get)
        .description("Returns one of your calendars, without its address. A calendar of another person is 404.");
    api.delete("/v1/calendars/{id}", "Delete a calendar", delete).description(
        "Deletes one of your calendars. Its address is then unknown. A calendar of another person is 404.",
    );
    api.get("/calendars/{secret}.ics", "Subscribe to a calendar", read).problem(ProblemKind::NotFound).description(
        "Returns the 2,000 earliest deadlines of a calendar (RFC 5545), with reminders. A deadline that falls away \
         stays for 60 days as cancelled. OFFICIAL-SENSITIVE evidence is never in it, nor an area whose directory says \
         that the person who made the calendar has left.",
    );
}

async fn list(
    caller: Caller<KeepCalendars>,
    db: Data<Db>,
    query: ListQuery<Calendars>,
) -> ApiResult<Page<SecretCalendar>> {
    let (rows, total) = db.read(&caller.actor, async |db| store::page(db, &query).await).await?;
    Ok(Page(query.page(rows, total)))
}

async fn get(caller: Caller<KeepCalendars>, db: Data<Db>, Path(id): Path<Uuid>) -> ApiResult<Json<SecretCalendar>> {
    let found = db.read(&caller.actor, async |db: &Session<'_>| store::find(db, id).await).await?;
    found.map(Json::record).ok_or_else(Problem::not_found)
}

async fn make(
    caller: Caller<KeepCalendars>,
    db: Data<Db>,
    calendar_key: Data<CalendarKey>,
    JsonBody(creation): JsonBody<CalendarCreation>,
    mode: WriteMode,
    key: IdempotencyKey,
) -> ApiResult<IdempotentResponse<Created<SecretCalendar>>> {
    let (id, new) = (Uuid::now_v7(), secret::generate()?);
    let stored = db.write_idempotent(&caller, mode, &key, async |tx| {
        let written = service::make(tx, &caller, (id, &new), creation.clone()).await?;
        Ok(written.map(|made| {
            let address = Some(secret::encrypt(&calendar_key, id, &new));
            Created::at(format!("/v1/calendars/{id}"), SecretCalendar { address, ..made }, mode).version(1)
        }))
    });
    stored.await?.map_body(|body| {
        let body = secret::decrypt_in_body(&calendar_key, body);
        body.ok_or_else(|| Problem::internal("the address in a stored response cannot be decrypted"))
    })
}

async fn delete(
    caller: Caller<KeepCalendars>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    if_match: IfMatch,
    mode: WriteMode,
) -> ApiResult<NoContent> {
    db.write(&caller, mode, async |tx: &Tx<'_>| service::delete(tx, &caller, id, &if_match).await).await?;
    Ok(NoContent)
}

async fn read(anyone: Anyone, db: Data<Db>, Path(secret): Path<String>) -> ApiResult<StaticResponseAs<Calendar>> {
    let bytes = service::read(&db, &secret, anyone.at).await?.into_bytes();
    Ok(StaticResponse { media_type: "text/calendar; charset=utf-8".into(), bytes, policy: None }.into())
}
