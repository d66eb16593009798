//! `/v1/statistics`

use actix_web::web::Data;

use super::model::Statistics;
use super::store::{self, Figures};
use crate::api::{Answer, Api, Filtered, Shown};
use crate::audit::AsOf;
use crate::auth::Anyone;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("statistics", "What the records come to.");
    api.get_kept("/v1/statistics", "Count responses by timeliness, and lines by how they stand", show);
}

async fn show(
    caller: Anyone,
    db: Data<Db>,
    Filtered(mut query): Filtered<Figures>,
    as_of: AsOf,
) -> Answer<Shown<Statistics>> {
    if let Some(then) = as_of.then(caller.call.as_ref())? {
        // What others have published is in their logs.
        query.within("own = $", true);
        let counted = db.read_then(&then, async |db| store::seen(db, &query, then.today()).await).await?;
        return Ok(Shown::plain(counted));
    }
    let on = caller.today();
    let statistics = match &caller.call {
        None => db.public(async |db| store::public(db, &query, on).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::seen(db, &query, on).await).await?,
    };
    Ok(Shown::plain(statistics))
}
