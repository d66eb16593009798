//! `/v1/statistics`

use actix_web::web::Data;

use super::model::Statistics;
use super::store::{self, Figures};
use crate::api::{Api, ApiResult, FiltersOnly, Json};
use crate::audit::AsOf;
use crate::auth::Anyone;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("statistics", "What the records come to.");
    api.get_cached("/v1/statistics", "Count responses by timeliness, and lines by how they stand", show);
}

async fn show(
    caller: Anyone,
    db: Data<Db>,
    FiltersOnly(mut query): FiltersOnly<Figures>,
    as_of: AsOf,
) -> ApiResult<Json<Statistics>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        // What others have published is in their logs.
        query.within("own = $", true);
        let counted = db.read_as_of(&then, async |db| store::seen(db, &query, then.today()).await).await?;
        return Ok(Json::plain(counted));
    }
    let on = caller.today();
    let statistics = match &caller.call {
        None => db.read_published(async |db| store::public(db, &query, on).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::seen(db, &query, on).await).await?,
    };
    Ok(Json::plain(statistics))
}
