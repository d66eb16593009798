//! The operation of `/v1/changes`.

use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::SecondsFormat;
use serde_json::json;

use super::feed::{Feed, FeedPage, FeedReader, Restart};
use super::model::ChangePage;
use super::places::StreamPlaces;
use super::requests::{FeedCursorKey, FeedForm, FeedQuery, FeedStart};
use super::stream::ChangeStream;
use crate::api::{Api, ApiResponse, ApiResult, EventStream, Json, ListOrder, OperationDoc, Problem, ProblemKind};
use crate::auth::{Anyone, OngoingCall};
use crate::db::Db;

/// Declares the operation of the change feed.
pub fn operations(api: &mut Api) {
    api.tag("changes", "The change feed, and webhooks that deliver it.");
    api.get("/v1/changes", "List changes", list).problem(ProblemKind::FeedRestarted).description(
        "Returns the changes that the caller may see, oldest first, from the position `after`. With `wait`, the \
         service waits up to that number of seconds for a change before it responds. With `order=desc`, the newest \
         changes come first, and `newest_cursor` continues from there. Each change states the title of its record as the \
         caller may read it now, and the actor where the caller may know it. With `Accept: text/event-stream`, the \
         response is a stream of server-sent events that begins at `after` and goes on; it ends when the token expires. A \
         cursor that this feed did not \
         issue is refused with 400. After a restore of the database to an earlier state, a cursor from a later state is \
         410 `feed_restarted`: its `restart` states the cursor to continue with, and the instant from which changes may \
         be undone.",
    );
}

/// A page of changes, with a `Link` header for the next page; or a stream of them.
enum Changes {
    Page(LinkedPage),
    Stream(EventStream),
}

impl ApiResponse for Changes {
    fn describe(doc: &mut OperationDoc) {
        LinkedPage::describe(doc);
        EventStream::describe_beside(
            doc,
            "Server-sent events. Each change is an event without a name, whose `id` is its cursor and whose `data` is a \
             `ChangeEvent`. `feed_restarted` is an event with the member `restart` of that problem: the database was \
             restored. `end` is the last event; its `code` is `token_expired`, `draining` or `unavailable`. Comments keep \
             the connection open.",
        );
    }

    fn into_response(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Self::Page(page) => page.into_response(request),
            Self::Stream(stream) => stream.into_response(request),
        }
    }
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
    places: Data<StreamPlaces>,
    query: FeedQuery,
    form: FeedForm,
    call: OngoingCall,
) -> ApiResult<Changes> {
    let reader = caller.call.map_or(FeedReader::Public, |call| FeedReader::SignedIn(call.actor));
    if let FeedForm::Stream { resumed, address } = form {
        let place = places.take(reader.name(address))?;
        let stream = ChangeStream { db, feed, key, reader, call };
        let after = resumed.map_or(query.after, FeedStart::Position);
        return Ok(Changes::Stream(EventStream::new(stream.begin(after, place).await?)));
    }
    match feed.read(&db, &reader, query).await? {
        FeedPage::Changes { entries, reached, newest } => {
            let items = entries.into_iter().map(|entry| entry.item).collect();
            let newest_cursor = newest.filter(|_| query.order == ListOrder::NewestFirst).map(|it| key.encrypt(&it));
            let page = ChangePage { items, next_cursor: key.encrypt(&reached), newest_cursor };
            Ok(Changes::Page(LinkedPage(page)))
        }
        FeedPage::Restarted(restart) => Err(restarted(&restart, &key)),
    }
}

/// Returns the 410 for a cursor from before a restore of the database, with where to continue.
fn restarted(restart: &Restart, key: &FeedCursorKey) -> Problem {
    let detail = match restart.at {
        Some(at) => format!(
            "The database was restored to an earlier state, which does not have the change at this cursor. Changes after \
             {} that you received may be undone. Continue with `restart.href`, and read your records again.",
            at.to_rfc3339_opts(SecondsFormat::Secs, true)
        ),
        None => "The database was restored to an earlier state, which does not have the change at this cursor. Begin \
                 again with `restart.href`, and read your records again."
            .to_owned(),
    };
    Problem::new(ProblemKind::FeedRestarted, detail).member("restart", json!(restart.member(key)))
}
