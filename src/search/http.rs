//! `/v1/search`

use actix_web::web::Data;

use super::model::SearchResults;
use super::query::SearchQuery;
use super::store;
use crate::api::{Api, ApiResult, Json};
use crate::auth::Anyone;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("search", "Words found, in what is published and in what one's own side has drafted.");
    api.get_cached("/v1/search", "Search inspections, recommendations and responses", search);
}

async fn search(caller: Anyone, db: Data<Db>, question: SearchQuery) -> ApiResult<Json<SearchResults>> {
    let today = caller.today();
    let found = match &caller.call {
        None => db.read_published(async |db| store::published(db, &question, today).await).await?,
        Some(call) => {
            let scope = call.actor.scope();
            db.read(&call.actor, async |db| {
                let (published, own) =
                    tokio::try_join!(store::published(db, &question, today), store::own(db, &question, &scope))?;
                Ok(published.and(own, &question))
            })
            .await?
        }
    };
    Ok(Json::plain(found.into()))
}
