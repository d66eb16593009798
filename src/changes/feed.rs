//! Reads of the change feed, and the wait for new changes. A waiting request holds no database connection: one query,
//! five times a second, checks all streams for all waiting requests.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::try_join;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::change_type::ChangeType;
use super::requests::{FeedCursorKey, FeedPosition, FeedQuery, FeedStart};
use super::store::{self, ALL, FeedCheck, FeedEntry};
use crate::api::{FeedRestart, ListOrder, Problem};
use crate::auth::Actor;
use crate::db::{Db, Public, Session};

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

/// A part of the feed after what a reader has reached.
#[derive(Clone, Debug)]
pub enum FeedPage {
    /// Changes.
    Changes {
        /// The changes, in the order of the query.
        entries: Vec<FeedEntry>,
        /// What the reader has reached after the last of them in that order.
        reached: FeedPosition,
        /// What a reader has reached who has passed the newest of them. `None` if there are none.
        newest: Option<FeedPosition>,
    },
    /// The database was restored, and the feed no longer has what the reader has reached.
    Restarted(Restart),
}

/// Where a reader from before a restore continues.
#[derive(Clone, Copy, Debug)]
pub struct Restart {
    /// What the reader counts as having reached now.
    pub reached: FeedPosition,
    /// The instant of the last change before that. `None` if the reader begins with the first change.
    pub at: Option<DateTime<Utc>>,
}

impl Restart {
    /// Returns what a reader is told: the cursor to continue with, and from when changes may be undone.
    pub(super) fn member(&self, key: &FeedCursorKey) -> FeedRestart {
        let cursor = key.encrypt(&self.reached);
        FeedRestart { href: format!("/v1/changes?after={cursor}"), at: self.at, cursor }
    }
}

impl FeedReader {
    /// Returns the name by which the streams of one caller are counted: the subject, or the address without a token.
    pub fn name(&self, address: Option<IpAddr>) -> String {
        match self {
            Self::Public => address.map(|address| address.to_string()).unwrap_or_default(),
            Self::SignedIn(actor) => format!("{}\0{}", actor.issuer, actor.subject),
        }
    }

    /// Returns changes of these types after what the reader has reached, oldest first, at most `limit`. A caller without a
    /// token gets all types.
    pub async fn page(
        &self,
        db: &Db,
        after: &FeedPosition,
        types: &[ChangeType],
        limit: i64,
    ) -> Result<FeedPage, Problem> {
        self.read_page(db, ListOrder::OldestFirst, after, after.position, types, limit).await
    }

    /// Returns changes before a cursor, or the last ones there are, newest first, at most `limit`.
    async fn page_backwards(&self, db: &Db, before: Option<&FeedPosition>, limit: i64) -> Result<FeedPage, Problem> {
        let bound = before.map_or(i64::MAX, |reached| reached.position);
        let checked = before.unwrap_or(&FeedPosition::BEGINNING);
        self.read_page(db, ListOrder::NewestFirst, checked, bound, ALL, limit).await
    }

    async fn read_page(
        &self,
        db: &Db,
        order: ListOrder,
        reached: &FeedPosition,
        bound: i64,
        types: &[ChangeType],
        limit: i64,
    ) -> Result<FeedPage, Problem> {
        let (check, entries) = match self {
            Self::Public => {
                let read = async |db: &Public<'_>| {
                    let changes = store::list_published(db, order, bound, limit);
                    try_join(store::check_published(db, reached), changes).await
                };
                db.read_published(read).await?
            }
            Self::SignedIn(actor) => {
                let read = async |db: &Session<'_>| {
                    try_join(store::check(db, reached), store::list(db, order, bound, types, limit)).await
                };
                db.read(actor, read).await?
            }
        };
        let FeedCheck { epoch, restart } = check;
        if let Some(restart) = restart {
            let (reached, at) = self.latest(db, restart.saturating_add(1), epoch).await?;
            return Ok(FeedPage::Restarted(Restart { reached, at }));
        }
        let passed = |entry: &FeedEntry| FeedPosition { position: entry.position, epoch, event: Some(entry.item.id) };
        let newest = entries.iter().max_by_key(|entry| entry.position).map(passed);
        // Before the first change, a cursor stays as it is. It must not reveal that the log began with others' changes.
        let stays = FeedPosition { epoch: if reached.event.is_some() { epoch } else { reached.epoch }, ..*reached };
        let reached = entries.last().map_or(stays, passed);
        Ok(FeedPage::Changes { entries, reached, newest })
    }

    /// Returns what a reader has reached who begins with the next change.
    pub(super) async fn latest_position(&self, db: &Db) -> Result<FeedPosition, Problem> {
        Ok(self.latest(db, i64::MAX, 0).await?.0)
    }

    /// Returns what a reader has reached who has passed all changes before a position, and the instant of the last.
    async fn latest(&self, db: &Db, before: i64, epoch: i32) -> Result<(FeedPosition, Option<DateTime<Utc>>), Problem> {
        let found = match self {
            Self::Public => db.read_published(async |db| store::latest_published(db, before).await).await?,
            Self::SignedIn(actor) => db.read(actor, async |db| store::latest(db, before).await).await?,
        };
        Ok(found.map_or((FeedPosition { epoch, ..FeedPosition::BEGINNING }, None), |(position, event, at)| {
            (FeedPosition { position, epoch, event: Some(event) }, Some(at))
        }))
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

    /// Returns a page of changes. If there is no change, waits for one as long as the query allows.
    pub async fn read(&self, db: &Db, reader: &FeedReader, query: FeedQuery) -> Result<FeedPage, Problem> {
        if query.order == ListOrder::NewestFirst {
            let before = match &query.after {
                FeedStart::Position(reached) => Some(reached),
                FeedStart::Latest => None,
            };
            return reader.page_backwards(db, before, query.limit).await;
        }
        let deadline = Instant::now() + query.wait;
        // The subscription must begin before the query, or a change between the query and the wait would be missed.
        let mut heads = self.heads.subscribe();
        let after = match query.after {
            FeedStart::Position(reached) => reached,
            FeedStart::Latest => reader.latest_position(db).await?,
        };
        loop {
            let seen = reader.head(&heads.borrow_and_update());
            let page = reader.page(db, &after, ALL, query.limit).await?;
            let is_over = Instant::now() >= deadline || self.draining.is_cancelled();
            if is_over || !matches!(&page, FeedPage::Changes { entries, .. } if entries.is_empty()) {
                return Ok(page);
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
