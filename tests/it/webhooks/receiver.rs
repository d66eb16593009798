//! A receiver of webhooks for tests. It listens on a local port, stores the messages, and responds as a test has set.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::until;

/// A received message.
#[derive(Clone, Debug)]
pub struct ReceivedMessage {
    pub head: HashMap<String, String>,
    pub body: String,
}

impl ReceivedMessage {
    /// Returns the CloudEvent in the body.
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Returns the id of the message.
    pub fn id(&self) -> &str {
        &self.head["webhook-id"]
    }

    /// Returns true if one of the signatures is by this secret. The signature is computed from the specification.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("its prefix")).expect("base64");
        let content = [self.id(), ".", &self.head["webhook-timestamp"], ".", &self.body].concat();
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), content.as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(signature));
        self.head["webhook-signature"].split(' ').any(|given| given == expected)
    }
}

/// The response of the receiver to a message.
#[derive(Clone, Debug)]
pub enum Response {
    /// A status without a body.
    Status(u16),
    /// A redirect to a URL.
    Redirect(String),
    /// Status 200 with a body that never ends.
    Endless,
    /// No response.
    Never,
}

#[derive(Default)]
struct State {
    received: Vec<ReceivedMessage>,
    next: VecDeque<Response>,
    default: Option<Response>,
}

/// A receiver that listens until it is dropped.
pub struct Receiver {
    scheme: &'static str,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    listening: tokio::task::JoinHandle<()>,
}

impl Receiver {
    /// Starts a receiver over plain http.
    pub async fn start() -> Self {
        Self::listen(None).await
    }

    /// Starts a receiver over TLS.
    pub async fn start_with_tls(tls: ServerConfig) -> Self {
        Self::listen(Some(TlsAcceptor::from(Arc::new(tls)))).await
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, shared) = (tls.clone(), shared.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, shared).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, shared).await;
                            }
                        }
                    }
                });
            }
        });
        Self { scheme, address, state, listening }
    }

    /// Returns the URL of the receiver.
    pub fn url(&self) -> String {
        format!("{}://hooks.example:{}/in", self.scheme, self.address.port())
    }

    /// Sets the responses to the next messages.
    pub fn respond_next_with(&self, responses: &[Response]) {
        self.state.lock().expect("no panic").next.extend(responses.iter().cloned());
    }

    /// Sets the response to all messages that have no response of their own.
    pub fn respond_with(&self, response: Response) {
        self.state.lock().expect("no panic").default = Some(response);
    }

    /// Returns the messages so far.
    pub fn received(&self) -> Vec<ReceivedMessage> {
        self.state.lock().expect("no panic").received.clone()
    }

    /// Waits until there are `count` messages, and returns them. Fails if there are more.
    pub async fn wait_for(&self, count: usize) -> Vec<ReceivedMessage> {
        let enough = async || Some(self.received()).filter(|all| all.len() >= count);
        let all = until(&format!("{count} messages"), enough).await;
        assert_eq!(all.len(), count, "more messages arrived than expected");
        all
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Stores one message and sends the response that is set for it.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<Mutex<State>>) {
    let Some(received) = read(&mut stream).await else { return };
    let response = {
        let mut state = state.lock().expect("no panic");
        state.received.push(received);
        let default = state.default.clone().unwrap_or(Response::Status(204));
        state.next.pop_front().unwrap_or(default)
    };
    let text = match response {
        Response::Status(status) => format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n"),
        Response::Redirect(to) => format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"),
        Response::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
            while stream.write_all(b"4\r\nmore\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            return;
        }
        Response::Never => return std::future::pending().await,
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Reads one HTTP request.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<ReceivedMessage> {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 4096];
        let count = stream.read(&mut more).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&more[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let named = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let head: HashMap<String, String> =
            named.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let length: usize = head.get("content-length")?.parse().ok()?;
        if body.len() >= length {
            return Some(ReceivedMessage { head, body: body.to_owned() });
        }
    }
}
