//! `/v1/changes`

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::feed::{Feed, Reader};
use super::model::ChangePage;
use super::request::{Asked, Places};
use crate::api::{Api, ApiResponse, ApiResult, Doc, Json};
use crate::auth::Anyone;
use crate::db::Db;

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("changes", "What changed, in order, and webhooks that tell of it.");
    api.get("/v1/changes", "Follow what changed", list);
}

/// 200 with changes, and where to ask for the next ones.
struct Followed(ChangePage);

impl ApiResponse for Followed {
    fn describe(doc: &mut Doc) {
        Json::<ChangePage>::describe(doc);
        doc.response_header(200, "Link", "The address of what comes next, rel=\"next\" (RFC 8288).");
    }

    fn reply(self, request: &HttpRequest) -> HttpResponse {
        let rest = request.query_string().split('&').filter(|part| !part.is_empty() && !part.starts_with("after="));
        let next =
            rest.map(str::to_owned).chain([format!("after={}", self.0.next_cursor)]).collect::<Vec<_>>().join("&");
        let link = header::HeaderValue::from_str(&format!("<{}?{next}>; rel=\"next\"", request.path()));
        let mut answer = Json::plain(self.0).reply(request);
        if let Ok(link) = link {
            answer.headers_mut().insert(header::LINK, link);
        }
        answer
    }
}

async fn list(
    caller: Anyone,
    db: Data<Db>,
    feed: Data<Feed>,
    places: Data<Places>,
    asked: Asked,
) -> ApiResult<Followed> {
    let reader = caller.call.map_or(Reader::Public, |call| Reader::Known(call.actor));
    let (found, last) = feed.read(&db, &reader, asked).await?;
    let items = found.into_iter().map(|placed| placed.item).collect();
    Ok(Followed(ChangePage { items, next_cursor: places.close(last) }))
}
