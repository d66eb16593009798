//! Bytes on a connection, for what an HTTP client would not send.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::app::App;

/// What came back on the wire.
#[derive(Debug)]
pub struct RawReply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl App {
    /// A connection to the service.
    pub async fn dial(&self) -> TcpStream {
        let address = self.base.trim_start_matches("http://");
        TcpStream::connect(address).await.expect("a connection")
    }

    /// Sends the bytes as they are and reads until the service closes; the request must say `Connection: close`.
    pub async fn raw(&self, bytes: &[u8]) -> RawReply {
        let (mut from, mut to) = self.dial().await.into_split();
        let sent = bytes.to_vec();
        // Both at once: the service may answer, and stop reading, before all is sent.
        let sending = tokio::spawn(async move { to.write_all(&sent).await.map(|()| to) });
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), from.read_to_end(&mut answer)).await;
        sending.abort();
        let whole = read.expect("an answer in time");
        let text = String::from_utf8_lossy(&answer).into_owned();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { panic!("no answer: {text:?} {whole:?}") };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Self::parts(status, head, &answer)
    }

    fn parts(status: u16, head: &str, answer: &[u8]) -> RawReply {
        let body = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").map_or(0, |at| at + 4);
        RawReply { status, head: head.to_ascii_lowercase(), body: answer[body..].to_vec() }
    }
}
