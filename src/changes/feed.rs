//! Following the feed. Who waits holds no connection: one look a moment, for all who wait, tells which streams have moved,
//! whoever sequences and wherever.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::kinds::ChangeType;
use super::request::{After, Asked};
use super::store::{self, ALL, Placed};
use crate::api::Problem;
use crate::auth::Actor;
use crate::db::Db;

/// How often it is looked whether a stream has moved.
const PACE: Duration = Duration::from_millis(200);

type Heads = Arc<HashMap<String, i64>>;

/// Who follows the feed.
#[derive(Clone, Debug)]
pub enum Reader {
    /// Anyone.
    Public,
    /// Somebody under their own scope.
    Known(Actor),
}

impl Reader {
    /// Changes after a position.
    pub async fn page(&self, db: &Db, after: i64, types: &[ChangeType], most: i64) -> Result<Vec<Placed>, Problem> {
        match self {
            Self::Public => db.read_published(async |db| store::page_public(db, after, most).await).await,
            Self::Known(actor) => db.read(actor, async |db| store::page(db, after, types, most).await).await,
        }
    }

    async fn latest(&self, db: &Db) -> Result<i64, Problem> {
        match self {
            Self::Public => db.read_published(async |db| store::latest_public(db).await).await,
            Self::Known(actor) => db.read(actor, async |db| store::latest(db).await).await,
        }
    }

    /// How far the streams that it reads have come, all taken together.
    fn head(&self, heads: &Heads) -> i64 {
        let own = match self {
            Self::Public => Vec::new(),
            Self::Known(actor) => {
                let scope = actor.scope();
                store::streams(scope.areas(), scope.is_registrar())
            }
        };
        let all = own.iter().map(String::as_str).chain(["_public"]);
        all.filter_map(|stream| heads.get(stream)).max().copied().unwrap_or_default()
    }
}

/// What those who wait are told by.
#[derive(Clone, Debug)]
pub struct Feed {
    heads: watch::Sender<Heads>,
    ending: CancellationToken,
}

impl Default for Feed {
    fn default() -> Self {
        Self { heads: watch::Sender::new(Heads::default()), ending: CancellationToken::new() }
    }
}

impl Feed {
    /// Answers whoever waits with what there is, from now on.
    pub fn drain(&self) {
        self.ending.cancel();
    }

    /// What tells that the service drains.
    pub fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// Looks which streams have moved, as long as somebody waits.
    pub async fn follow(&self, db: &Db) {
        let nobody = Actor::new("", "", None, &[], &[]);
        loop {
            tokio::time::sleep(PACE).await;
            if self.heads.receiver_count() == 0 {
                continue;
            }
            match db.read(&nobody, async |db| store::heads(db).await).await {
                Ok(heads) => {
                    self.heads.send_if_modified(|known| {
                        let moved = **known != heads;
                        if moved {
                            *known = Arc::new(heads);
                        }
                        moved
                    });
                }
                Err(problem) => tracing::debug!(%problem, "it was not seen whether the feed moved"),
            }
        }
    }

    /// The changes asked for, and the position after them. Waits for one where there is none.
    pub async fn read(&self, db: &Db, reader: &Reader, asked: Asked) -> Result<(Vec<Placed>, i64), Problem> {
        let until = Instant::now() + asked.wait;
        // Told from here on, so that nothing moves unnoticed between the look and the wait.
        let mut heads = self.heads.subscribe();
        let after = match asked.after {
            After::Position(position) => position,
            After::Latest => reader.latest(db).await?,
        };
        loop {
            let looked = reader.head(&heads.borrow_and_update());
            let found = reader.page(db, after, ALL, asked.limit).await?;
            let over = Instant::now() >= until || self.ending.is_cancelled();
            if let Some(last) = found.last() {
                let last = last.position;
                return Ok((found, last));
            }
            if over {
                return Ok((found, after));
            }
            let moved = heads.wait_for(|heads| reader.head(heads) > looked);
            tokio::select! {
                _ = moved => {}
                () = tokio::time::sleep_until(until) => {}
                () = self.ending.cancelled() => {}
            }
        }
    }
}
