//! The feed as server-sent events: each change once, with its cursor as id, until the reader, the token or the instance
//! ends the stream. A stream reads pages as waiting requests do, so that one poll serves it, too.

use std::time::Duration;

use actix_web::web::Data;
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::feed::{Feed, FeedPage, FeedReader};
use super::places::StreamPlace;
use super::requests::{FeedCursorKey, FeedPosition, FeedQuery, FeedStart};
use super::store::FeedEntry;
use crate::api::{ByteStream, ListOrder, Problem, ServerSentEvent, chunk};
use crate::auth::OngoingCall;
use crate::db::Db;

/// The time after which a client connects again.
const RETRY: Duration = Duration::from_secs(3);
/// The largest number of changes that are read at once.
const CHANGES_AT_ONCE: i64 = 100;

/// What a stream reads, and how far it has come.
pub struct ChangeStream {
    /// The database.
    pub db: Data<Db>,
    /// The feed.
    pub feed: Data<Feed>,
    /// The key of the cursors.
    pub key: Data<FeedCursorKey>,
    /// The reader.
    pub reader: FeedReader,
    /// Whether the reader's token is still valid.
    pub call: OngoingCall,
}

/// A stream between two chunks.
struct Progress {
    stream: ChangeStream,
    reached: FeedPosition,
    /// The page that was read before the response began.
    first: Option<FeedPage>,
    is_over: bool,
    /// The stream's place among those of the instance, free again when the stream is dropped.
    place: StreamPlace,
}

impl ChangeStream {
    /// Reads the first page, and returns the stream that begins with it and holds its place.
    ///
    /// # Errors
    /// Those of a page.
    pub async fn begin(self, after: FeedStart, place: StreamPlace) -> Result<ByteStream, Problem> {
        let reached = match after {
            FeedStart::Position(reached) => reached,
            FeedStart::Latest => self.reader.latest_position(&self.db).await?,
        };
        let first = self.read(reached, Duration::ZERO).await?;
        let begin = ServerSentEvent::retry(RETRY).id(&self.key.encrypt(&reached));
        let progress = Progress { stream: self, reached, first: Some(first), is_over: false, place };
        let begin = stream::once(std::future::ready(Ok(chunk([begin]))));
        let rest = stream::unfold(progress, |mut progress| async move {
            let blocks = progress.next().await?;
            Some((Ok(chunk(blocks)), progress))
        });
        Ok(Box::pin(begin.chain(rest)))
    }

    async fn read(&self, reached: FeedPosition, wait: Duration) -> Result<FeedPage, Problem> {
        let after = FeedStart::Position(reached);
        let query = FeedQuery { order: ListOrder::OldestFirst, after, wait, limit: CHANGES_AT_ONCE };
        self.feed.read(&self.db, &self.reader, query).await
    }
}

impl Progress {
    /// Returns the next blocks, or `None` after the last.
    async fn next(&mut self) -> Option<Vec<ServerSentEvent>> {
        if self.is_over {
            return None;
        }
        let page = match self.first.take() {
            Some(page) => Ok(page),
            None => {
                let interval = self.place.comment_interval();
                let wait = self.stream.call.time_left().map_or(interval, |left| left.min(interval));
                self.stream.read(self.reached, wait).await
            }
        };
        // The token can have expired, and its key can have been revoked, while the stream waited for this page.
        if !self.stream.call.is_valid() {
            return Some(self.end("token_expired"));
        }
        match page {
            Ok(FeedPage::Changes { entries, .. }) if entries.is_empty() => {
                if self.stream.feed.draining().is_cancelled() {
                    return Some(self.end("draining"));
                }
                Some(vec![ServerSentEvent::comment("no change")])
            }
            Ok(FeedPage::Changes { entries, reached, .. }) => {
                self.reached = reached;
                Some(entries.iter().map(|entry| self.event(entry, reached.epoch)).collect())
            }
            Ok(FeedPage::Restarted(restart)) => {
                self.reached = restart.reached;
                let member = json!(restart.member(&self.stream.key));
                let event = ServerSentEvent::named("feed_restarted").id(&self.stream.key.encrypt(&self.reached));
                Some(vec![event.data(&member)])
            }
            Err(problem) => {
                tracing::warn!(%problem, "a stream of changes ends");
                Some(self.end("unavailable"))
            }
        }
    }

    fn event(&self, entry: &FeedEntry, epoch: i32) -> ServerSentEvent {
        let passed = FeedPosition { position: entry.position, epoch, event: Some(entry.item.id) };
        ServerSentEvent::default().id(&self.stream.key.encrypt(&passed)).data(&json!(entry.item))
    }

    /// Returns the last block, which states why the stream ends. It has no id, so a client resumes after the last change.
    fn end(&mut self, code: &str) -> Vec<ServerSentEvent> {
        self.is_over = true;
        vec![ServerSentEvent::named("end").data(&json!({ "code": code }))]
    }
}
