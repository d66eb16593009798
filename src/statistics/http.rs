//! The HTTP operation on statistics: `/v1/statistics`.

use actix_web::web::Data;

use super::model::Statistics;
use super::store::{self, StatisticsFilters};
use crate::api::{Api, ApiResult, FiltersOnly, Json};
use crate::audit::AsOf;
use crate::auth::Anyone;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("statistics", "Counts of responses by timeliness, and of assignments by headline state.");
    api.get_cached("/v1/statistics", "Get statistics", get).description(
        "Counts responses by area, year and timeliness, by state, and by the week of their last day; and assignments by \
         area, kind and headline state, and by the week of their last day. A week is an ISO week, written as its Monday. \
         A figure that you may not know is null. Your own areas are counted in full, all other areas as published. With `as_of`, it counts your own areas as they were \
         at that time.",
    );
}

async fn get(
    caller: Anyone,
    db: Data<Db>,
    FiltersOnly(mut query): FiltersOnly<StatisticsFilters>,
    as_of: AsOf,
) -> ApiResult<Json<Statistics>> {
    if let Some(as_of_call) = as_of.resolve(caller.call.as_ref())? {
        // The caller cannot read the audit log of another area, so counts as of an earlier time cover only own areas.
        query.restrict("own = $", true);
        let counts =
            db.read_as_of(&as_of_call, async |db| store::count_visible(db, &query, as_of_call.today()).await).await?;
        return Ok(Json::plain(counts));
    }
    let today = caller.today();
    let statistics = match &caller.call {
        None => db.read_published(async |db| store::count_public(db, &query, today).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::count_visible(db, &query, today).await).await?,
    };
    Ok(Json::plain(statistics))
}
