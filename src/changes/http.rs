//! The operation of `/v1/changes`.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::feed::{Feed, FeedReader};
use super::model::ChangePage;
use super::requests::{FeedCursorKey, FeedQuery};
use crate::api::{Api, ApiResponse, ApiResult, Json, OperationDoc};
use crate::auth::Anyone;
use crate::db::Db;

/// Declares the operation of the change feed.
pub fn operations(api: &mut Api) {
    api.tag("changes", "The change feed, and webhooks that deliver it.");
    api.get("/v1/changes", "List changes", list).description(
        "Returns the changes that the caller may see, oldest first, from the position `after`. With `wait`, the \
         service waits up to that number of seconds for a change before it responds. A cursor that this feed did not \
         issue is refused with 400.",
    );
}

/// A page of changes, with a `Link` header for the next page.
struct LinkedPage(ChangePage);

impl ApiResponse for LinkedPage {
    fn describe(doc: &mut OperationDoc) {
        Json::<ChangePage>::describe(doc);
        doc.response_header(200, "Link", "The URL of the next page, with `rel=\"next\"` (RFC 8288).");
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        let others = request.query_string().split('&').filter(|part| !part.is_empty() && !part.starts_with("after="));
        let next =
            others.map(str::to_owned).chain([format!("after={}", self.0.next_cursor)]).collect::<Vec<_>>().join("&");
        let link = header::HeaderValue::from_str(&format!("<{}?{next}>; rel=\"next\"", request.path()));
        let mut response = Json::plain(self.0).into_response(request);
        if let Ok(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }
}

async fn list(
    caller: Anyone,
    db: Data<Db>,
    feed: Data<Feed>,
    key: Data<FeedCursorKey>,
    query: FeedQuery,
) -> ApiResult<LinkedPage> {
    let reader = caller.call.map_or(FeedReader::Public, |call| FeedReader::SignedIn(call.actor));
    let (entries, last) = feed.read(&db, &reader, query).await?;
    let items = entries.into_iter().map(|entry| entry.item).collect();
    Ok(LinkedPage(ChangePage { items, next_cursor: key.encrypt(last) }))
}
