//! What a server is made of: its connections, stores, keys, settings and limits.

use std::sync::Arc;
use std::time::Duration;

use super::{Limits, Origins};
use crate::api::CursorKey;
use crate::auth::token::Verifier;
use crate::changes::{FeedCursorKey, StreamLimits};
use crate::clock::Clock;
use crate::db::Db;
use crate::deadlines::CalendarKey;
use crate::imports::table::WorkbookReader;
use crate::{files, notifications, webhooks};

/// What a server needs to run.
pub struct ServerComponents {
    /// The database.
    pub db: Db,
    /// The same database, with a few connections that only exports use.
    pub exports_db: Db,
    /// Verifies bearer tokens.
    pub verifier: Arc<Verifier>,
    /// The clock.
    pub clock: Clock,
    /// The machine's clock, which is compared with the database's.
    pub machine_clock: Clock,
    /// The key that encrypts the cursors of lists.
    pub cursor_key: CursorKey,
    /// The key that encrypts the cursors of the change feed.
    pub feed_cursor_key: FeedCursorKey,
    /// The key that encrypts the secrets of calendars in stored responses.
    pub calendar_key: CalendarKey,
    /// The settings of webhooks.
    pub webhooks: webhooks::Settings,
    /// The settings of notifications.
    pub notifications: notifications::Settings,
    /// The store of evidence files.
    pub files: files::Store,
    /// The number of days within which every stored file is read and compared with its digest.
    pub file_check_days: u32,
    /// The malware scanner.
    pub scanner: files::Scanner,
    /// Reads workbooks in a process of its own.
    pub workbook_reader: WorkbookReader,
    /// Where to report a vulnerability: a `mailto:` or `https:` URI.
    pub security_contact: String,
    /// The rate limits.
    pub limits: Limits,
    /// The limits of the streams of changes.
    pub streams: StreamLimits,
    /// The origins whose pages may send tokens.
    pub origins: Origins,
    /// The size of the cache of public responses, in bytes; 0 for no cache.
    pub cache_bytes: u64,
    /// How long cached responses stay in use while the database does not respond.
    pub cache_stale: Duration,
    /// The number of worker threads; none for one thread for each core.
    pub workers: Option<usize>,
    /// The time between two writes of the callers that were seen into the directories of people.
    pub sightings_interval: Duration,
}
