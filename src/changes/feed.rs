//! Reads of the change feed, and the wait for new changes. A waiting request holds no database connection: one query,
//! five times a second, checks all streams for all waiting requests.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::change_type::ChangeType;
use super::requests::{FeedQuery, FeedStart};
use super::store::{self, ALL, FeedEntry};
use crate::api::Problem;
use crate::auth::Actor;
use crate::db::Db;

/// The time between two checks of the streams.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// The last position of each stream.
type StreamHeads = Arc<HashMap<String, i64>>;

/// A reader of the feed.
#[derive(Clone, Debug)]
pub enum FeedReader {
    /// A caller without a token.
    Public,
    /// A caller with a token, limited to its scope.
    SignedIn(Actor),
}

impl FeedReader {
    /// Returns changes of these types after a position, at most `limit`. A caller without a token gets all types.
    pub async fn page(&self, db: &Db, after: i64, types: &[ChangeType], limit: i64) -> Result<Vec<FeedEntry>, Problem> {
        match self {
            Self::Public => db.read_published(async |db| store::list_published(db, after, limit).await).await,
            Self::SignedIn(actor) => db.read(actor, async |db| store::list(db, after, types, limit).await).await,
        }
    }

    async fn latest(&self, db: &Db) -> Result<i64, Problem> {
        match self {
            Self::Public => db.read_published(async |db| store::latest_published(db).await).await,
            Self::SignedIn(actor) => db.read(actor, async |db| store::latest(db).await).await,
        }
    }

    /// Returns the last position in the streams of this reader.
    fn head(&self, heads: &StreamHeads) -> i64 {
        let own = match self {
            Self::Public => Vec::new(),
            Self::SignedIn(actor) => {
                let scope = actor.scope();
                store::streams(scope.areas(), scope.is_registrar())
            }
        };
        let all = own.iter().map(String::as_str).chain(["_public"]);
        all.filter_map(|stream| heads.get(stream)).max().copied().unwrap_or_default()
    }
}

/// The change feed of this process: the last known position of each stream, and the signal that ends all waits.
#[derive(Clone, Debug)]
pub struct Feed {
    heads: watch::Sender<StreamHeads>,
    draining: CancellationToken,
}

impl Default for Feed {
    fn default() -> Self {
        Self { heads: watch::Sender::new(StreamHeads::default()), draining: CancellationToken::new() }
    }
}

impl Feed {
    /// Ends all waits: from now on, every request gets its response at once.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// Returns the token that [`Feed::drain`] cancels.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Checks the streams while requests wait. Never returns.
    pub async fn poll_streams(&self, db: &Db) {
        let anonymous = Actor::new("", "", None, &[], &[]);
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            if self.heads.receiver_count() == 0 {
                continue;
            }
            match db.read(&anonymous, async |db| store::find_stream_heads(db).await).await {
                Ok(heads) => {
                    self.heads.send_if_modified(|known| {
                        let advanced = **known != heads;
                        if advanced {
                            *known = Arc::new(heads);
                        }
                        advanced
                    });
                }
                Err(problem) => tracing::debug!(%problem, "cannot check the change feed for new changes"),
            }
        }
    }

    /// Returns a page of changes and the position after it. If there is no change, waits for one as long as the query
    /// allows.
    pub async fn read(&self, db: &Db, reader: &FeedReader, query: FeedQuery) -> Result<(Vec<FeedEntry>, i64), Problem> {
        let deadline = Instant::now() + query.wait;
        // The subscription must begin before the query, or a change between the query and the wait would be missed.
        let mut heads = self.heads.subscribe();
        let after = match query.after {
            FeedStart::Position(position) => position,
            FeedStart::Latest => reader.latest(db).await?,
        };
        loop {
            let seen = reader.head(&heads.borrow_and_update());
            let found = reader.page(db, after, ALL, query.limit).await?;
            let is_over = Instant::now() >= deadline || self.draining.is_cancelled();
            if let Some(last) = found.last() {
                let last = last.position;
                return Ok((found, last));
            }
            if is_over {
                return Ok((found, after));
            }
            let advanced = heads.wait_for(|heads| reader.head(heads) > seen);
            tokio::select! {
                _ = advanced => {}
                () = tokio::time::sleep_until(deadline) => {}
                () = self.draining.cancelled() => {}
            }
        }
    }
}
