//! The operation at `/v1/search`.

use actix_web::web::Data;

use super::model::SearchResults;
use super::query::SearchQuery;
use super::store;
use crate::api::{Api, ApiResult, Json};
use crate::auth::Anyone;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("search", "Full-text search in published records and in the caller's own drafts.");
    api.get_cached("/v1/search", "Search inspections, recommendations and responses", search).description(
        "Returns the records that contain the words, the best match first, each with an excerpt that marks the words. \
         With a token, the search also covers the drafts of the caller's own side. At most the 500 newest matches are \
         ranked and counted; if there are more, `total_capped` is true.",
    );
}

async fn search(caller: Anyone, db: Data<Db>, query: SearchQuery) -> ApiResult<Json<SearchResults>> {
    let today = caller.today();
    let matches = match &caller.call {
        None => db.read_published(async |db| store::find_published(db, &query, today).await).await?,
        Some(call) => {
            let scope = call.actor.scope();
            db.read(&call.actor, async |db| {
                let (published, drafts) =
                    tokio::try_join!(store::find_published(db, &query, today), store::find_drafts(db, &query, &scope))?;
                Ok(published.merge(drafts, &query))
            })
            .await?
        }
    };
    Ok(Json::plain(matches.into()))
}
