//! The malware scan of a file by clamd (ClamAV's daemon). If clamd cannot be reached, the upload succeeds and the file
//! waits for its scan.

use std::path::Path;
use std::time::Duration;

use clamav_client::tokio::{Socket, Tcp, scan_stream};
use futures_util::TryStreamExt;

use super::ByteStream;
use super::store::FileContent;
use crate::vocabulary;

/// The longest time for one scan.
const SCAN_TIMEOUT: Duration = Duration::from_secs(20);

/// The number of bytes in one chunk that is sent to clamd.
const CHUNK: usize = 64 * 1024;

vocabulary! {
    /// The result of the malware scan of a file.
    pub enum ScanStatus {
        /// The service has no malware scanner.
        Unscanned = "unscanned",
        /// The file waits for its scan, and cannot be downloaded until then.
        Pending = "pending",
        /// The scan found no malware.
        Clean = "clean",
        /// The scan found malware.
        Infected = "infected",
    }
}

/// A client of clamd, or a scanner that scans nothing.
#[derive(Clone, Debug)]
pub struct Scanner {
    address: Option<String>,
    pub(super) timeout: Duration,
}

impl Scanner {
    /// Makes a scanner from clamd's `host:port` or the path of its socket. Without an address, files stay unscanned.
    pub fn new(address: Option<String>) -> Self {
        Self { address: address.filter(|address| !address.is_empty()), timeout: SCAN_TIMEOUT }
    }

    /// Scans a file. Returns `Pending` if clamd fails or does not respond in time.
    pub async fn scan(&self, file: &impl FileContent) -> ScanStatus {
        self.scan_stream(file.chunks(CHUNK)).await
    }

    /// Scans the bytes of a stored file. Returns `Pending` if clamd fails or does not respond in time.
    pub async fn scan_stream(&self, content: ByteStream) -> ScanStatus {
        let Some(address) = self.address.as_deref() else { return ScanStatus::Unscanned };
        match tokio::time::timeout(self.timeout, send_to_clamd(address, content)).await {
            Ok(Ok(reply)) => parse_reply(&reply),
            Ok(Err(error)) => {
                tracing::warn!(%error, "clamd request failed");
                ScanStatus::Pending
            }
            Err(_) => {
                tracing::warn!("clamd request timed out");
                ScanStatus::Pending
            }
        }
    }
}

async fn send_to_clamd(address: &str, content: ByteStream) -> std::io::Result<Vec<u8>> {
    let content = content.map_err(std::io::Error::other);
    match address.strip_prefix("unix:").or_else(|| address.starts_with('/').then_some(address)) {
        Some(path) => scan_stream(content, Socket { socket_path: Path::new(path) }, Some(CHUNK)).await,
        None => scan_stream(content, Tcp { host_address: address }, Some(CHUNK)).await,
    }
}

/// Parses clamd's reply, which is `stream: OK` or `stream: {name} FOUND`.
fn parse_reply(reply: &[u8]) -> ScanStatus {
    let reply = String::from_utf8_lossy(reply);
    let reply = reply.trim_end_matches(['\0', '\n']);
    if reply == "stream: OK" {
        return ScanStatus::Clean;
    }
    if reply.starts_with("stream: ") && reply.ends_with(" FOUND") {
        tracing::warn!(%reply, "clamd found malware");
        return ScanStatus::Infected;
    }
    let reply: String = reply.chars().take(200).collect();
    tracing::warn!(?reply, "clamd returned an error");
    ScanStatus::Pending
}
