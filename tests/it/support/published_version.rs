//! The version of the published copy, which the cache of public responses follows.

use std::time::Duration;

use super::app::App;

/// The longest time that one query may take.
const LIMIT: Duration = Duration::from_secs(10);

impl App {
    /// Returns the database's number of the version of the published copy.
    pub async fn published_version(&self) -> i64 {
        self.database.db.published_version(LIMIT).await.expect("a version")
    }

    /// Waits until the cache knows the current version. A publication invalidates the entries twice: when it commits, and
    /// when the cache reads the new version within a second. What is stored in between is lost.
    pub async fn wait_for_current_version(&self) {
        let current = self.published_version().await;
        while self.running.cache.as_ref().expect("a cache").counts().version != current {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
