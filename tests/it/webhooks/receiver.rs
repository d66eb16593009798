//! A receiver of webhooks: listens on a port of this machine, keeps what comes, answers as it is told.

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

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub head: HashMap<String, String>,
    pub body: String,
}

impl Received {
    /// The event in it.
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// What it is known by.
    pub fn id(&self) -> &str {
        &self.head["webhook-id"]
    }

    /// Whether one of its signatures is what the secret makes of it, worked out from the specification.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("its prefix")).expect("base64");
        let signed = [self.id(), ".", &self.head["webhook-timestamp"], ".", &self.body].concat();
        let mark = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
        let wanted = format!("v1,{}", STANDARD.encode(mark));
        self.head["webhook-signature"].split(' ').any(|given| given == wanted)
    }
}

/// How a message is answered.
#[derive(Clone, Debug)]
pub enum Answers {
    /// With a status.
    Status(u16),
    /// With where to go instead.
    Redirect(String),
    /// With a body that does not end.
    Endless,
    /// Not at all.
    Never,
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    answers: VecDeque<Answers>,
    usual: Option<Answers>,
}

/// A receiver that listens as long as it is held.
pub struct Receiver {
    scheme: &'static str,
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    listening: tokio::task::JoinHandle<()>,
}

impl Receiver {
    pub async fn start() -> Self {
        Self::listen(None).await
    }

    /// The same over TLS, with a certificate and its key.
    pub async fn start_with(tls: ServerConfig) -> Self {
        Self::listen(Some(TlsAcceptor::from(Arc::new(tls)))).await
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let kept = state.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, kept) = (tls.clone(), kept.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, kept).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, kept).await;
                            }
                        }
                    }
                });
            }
        });
        Self { scheme, address, state, listening }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("{}://hooks.example:{}/in", self.scheme, self.address.port())
    }

    /// How it answers what comes next.
    pub fn next(&self, answers: &[Answers]) {
        self.state.lock().expect("no panic").answers.extend(answers.iter().cloned());
    }

    /// How it answers all that comes, unless it is told otherwise.
    pub fn always(&self, answer: Answers) {
        self.state.lock().expect("no panic").usual = Some(answer);
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.state.lock().expect("no panic").received.clone()
    }

    /// What came, once so many have.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let enough = async || Some(self.received()).filter(|all| all.len() >= count);
        let all = until(&format!("{count} messages"), enough).await;
        assert_eq!(all.len(), count, "more came than was to come");
        all
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<Mutex<State>>) {
    let Some(received) = read(&mut stream).await else { return };
    let answer = {
        let mut state = state.lock().expect("no panic");
        state.received.push(received);
        let usual = state.usual.clone().unwrap_or(Answers::Status(204));
        state.answers.pop_front().unwrap_or(usual)
    };
    let text = match answer {
        Answers::Status(status) => format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n"),
        Answers::Redirect(to) => format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"),
        Answers::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
            while stream.write_all(b"4\r\nmore\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            return;
        }
        Answers::Never => return std::future::pending().await,
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Received> {
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
            return Some(Received { head, body: body.to_owned() });
        }
    }
}
