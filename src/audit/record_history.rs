//! What became of a record, told to who may read the record itself.

use uuid::Uuid;

use super::model::{History, RecordHistory};
use super::{HistoryPage, store};
use crate::api::{ApiResult, Json, Problem};
use crate::auth::Call;
use crate::db::{Db, Session};

/// A record's transitions, where `find` gives it to the caller.
pub async fn transitions<T>(
    db: &Db,
    call: &Call,
    id: Uuid,
    find: impl AsyncFn(&Session<'_>) -> Result<Option<T>, Problem>,
) -> ApiResult<Json<History>> {
    let items = db
        .read(&call.actor, async |db| {
            find(db).await?.ok_or_else(Problem::not_found)?;
            store::history(db, id).await
        })
        .await?;
    Ok(Json::plain(History { items }))
}

/// Which members of a record were changed from what to what, where `find` gives it, by its id, to the caller.
pub async fn changes_of(
    db: &Db,
    call: &Call,
    resource: &'static str,
    before: HistoryPage,
    find: impl AsyncFn(&Session<'_>) -> Result<Option<Uuid>, Problem>,
) -> ApiResult<Json<RecordHistory>> {
    let history = db
        .read(&call.actor, async |db| {
            let id = find(db).await?.ok_or_else(Problem::not_found)?;
            store::changes(db, resource, id, before.0).await
        })
        .await?;
    Ok(Json::plain(history))
}
