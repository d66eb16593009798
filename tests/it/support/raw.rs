//! Sends raw bytes to the service, for requests that an HTTP client would not send.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::app::App;

/// An HTTP response, read from the connection.
#[derive(Debug)]
pub struct RawReply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl App {
    /// Opens a TCP connection to the service.
    pub async fn open_connection(&self) -> TcpStream {
        let address = self.base.trim_start_matches("http://");
        TcpStream::connect(address).await.expect("a connection")
    }

    /// Sends the bytes and reads until the service closes the connection. The request must send `Connection: close`.
    pub async fn send_raw(&self, bytes: &[u8]) -> RawReply {
        let (mut from, mut to) = self.open_connection().await.into_split();
        let sent = bytes.to_vec();
        // Send and read at the same time: the service may respond, and stop reading, before the request is complete.
        let sending = tokio::spawn(async move { to.write_all(&sent).await.map(|()| to) });
        let mut response = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), from.read_to_end(&mut response)).await;
        sending.abort();
        let outcome = read.expect("a response within 20 seconds");
        let text = String::from_utf8_lossy(&response).into_owned();
        let Some((head, _)) = text.split_once("\r\n\r\n") else { panic!("no response: {text:?} {outcome:?}") };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Self::split_body(status, head, &response)
    }

    fn split_body(status: u16, head: &str, response: &[u8]) -> RawReply {
        let body = response.windows(4).position(|bytes| bytes == b"\r\n\r\n").map_or(0, |at| at + 4);
        RawReply { status, head: head.to_ascii_lowercase(), body: response[body..].to_vec() }
    }
}
