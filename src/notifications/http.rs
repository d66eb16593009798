//! The operations of `/v1/me/notifications`.

use actix_web::web::Data;

use super::preferences::{NotificationPreferences, NotificationPreferencesAmendment};
use super::service;
use crate::api::{Amended, Api, ApiResult, IfMatch, Json, JsonBody, Problem, WriteMode};
use crate::auth::permissions::ChooseNotifications;
use crate::auth::{Call, Caller};
use crate::db::{Db, Session, Tx};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("notifications", "What the caller is notified of by e-mail.");
    api.get("/v1/me/notifications", "Get the caller's choices of notifications", get).description(
        "Returns for each kind of notification whether it is sent to the caller at once, daily or never. At first, \
         nothing is sent. An area's own addresses are in its settings.",
    );
    api.patch("/v1/me/notifications", "Choose notifications", update).description(
        "Changes the named choices. E-mails go to the address in the claim `email` of the caller's token; without one the \
         status is 422. They concern the records of the caller's areas and what the caller's roles must do.",
    );
}

async fn find(db: &Db, call: &Call) -> Result<NotificationPreferences, Problem> {
    db.read(&call.actor, async |db: &Session<'_>| service::find(db, call).await).await
}

async fn get(caller: Caller<ChooseNotifications>, db: Data<Db>) -> ApiResult<Json<NotificationPreferences>> {
    find(&db, &caller).await.map(Json::record)
}

async fn update(
    caller: Caller<ChooseNotifications>,
    db: Data<Db>,
    if_match: IfMatch,
    JsonBody(amendment): JsonBody<NotificationPreferencesAmendment>,
    mode: WriteMode,
) -> ApiResult<Amended<Json<NotificationPreferences>>> {
    let work = async |tx: &Tx<'_>| service::update(tx, &if_match, &amendment).await;
    let amended = db.amend(&caller, mode, work, async || find(&db, &caller).await).await?;
    Ok(amended.map(Json::record))
}
