//! Whether a file carries something that clamd knows as harmful. That clamd is away keeps nobody from uploading: the
//! file then waits for its scan.

use std::path::Path;
use std::time::Duration;

use clamav_client::tokio::{Socket, Tcp, scan_stream};
use futures_util::TryStreamExt;

use super::Content;
use super::upload::Received;
use crate::vocabulary;

/// How long one scan may take.
const LIMIT: Duration = Duration::from_secs(20);

/// How much is sent to clamd at once.
const CHUNK: usize = 64 * 1024;

vocabulary! {
    /// What is known of a file's harmlessness.
    pub enum Scan {
        /// Nothing scans here.
        Unscanned = "unscanned",
        /// It waits to be scanned.
        Pending = "pending",
        /// Nothing was found.
        Clean = "clean",
        /// Something was found.
        Infected = "infected",
    }
}

/// Asks clamd, where there is one.
#[derive(Clone, Debug)]
pub struct Scanner {
    address: Option<String>,
    pub(super) limit: Duration,
}

impl Scanner {
    /// A scanner at clamd's `host:port` or the path of its socket; none scans nothing.
    pub fn new(address: Option<String>) -> Self {
        Self { address: address.filter(|address| !address.is_empty()), limit: LIMIT }
    }

    /// Scans a received file.
    pub async fn scan(&self, received: &Received) -> Scan {
        self.scan_stream(received.chunks(CHUNK)).await
    }

    /// Scans the bytes of a kept file.
    pub async fn scan_stream(&self, content: Content) -> Scan {
        let Some(address) = self.address.as_deref() else { return Scan::Unscanned };
        match tokio::time::timeout(self.limit, ask(address, content)).await {
            Ok(Ok(answer)) => verdict(&answer),
            Ok(Err(error)) => {
                tracing::warn!(%error, "clamd could not be asked");
                Scan::Pending
            }
            Err(_) => {
                tracing::warn!("clamd did not answer in time");
                Scan::Pending
            }
        }
    }
}

async fn ask(address: &str, content: Content) -> std::io::Result<Vec<u8>> {
    let content = content.map_err(std::io::Error::other);
    match address.strip_prefix("unix:").or_else(|| address.starts_with('/').then_some(address)) {
        Some(path) => scan_stream(content, Socket { socket_path: Path::new(path) }, Some(CHUNK)).await,
        None => scan_stream(content, Tcp { host_address: address }, Some(CHUNK)).await,
    }
}

/// What clamd answered: `stream: OK`, or `stream: {name} FOUND`.
fn verdict(answer: &[u8]) -> Scan {
    let answer = String::from_utf8_lossy(answer);
    let answer = answer.trim_end_matches(['\0', '\n']);
    if answer == "stream: OK" {
        return Scan::Clean;
    }
    if answer.starts_with("stream: ") && answer.ends_with(" FOUND") {
        tracing::warn!(%answer, "clamd found something");
        return Scan::Infected;
    }
    let answer: String = answer.chars().take(200).collect();
    tracing::warn!(?answer, "clamd could not scan");
    Scan::Pending
}
