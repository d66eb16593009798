//! Sends requests as one person, and states what the client can know from the answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::common::BoxedError;
use crate::ledger::{Entry, Intent, Ledger, Outcome};
use crate::random::Random;

/// An HTTP response.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as JSON; null when it is not JSON.
    pub body: Value,
    /// The body.
    pub text: String,
}

impl Reply {
    /// Returns a header.
    pub fn header(&self, name: &str) -> Option<String> {
        Some(self.headers.get(name)?.to_str().ok()?.to_owned())
    }

    /// Returns the id in a member of the body.
    pub fn id(&self, member: &str) -> Option<Uuid> {
        self.body[member].as_str()?.parse().ok()
    }

    /// Returns the path of the record.
    pub fn href(&self) -> Result<String, BoxedError> {
        Ok(self.body["links"]["self"].as_str().ok_or_else(|| format!("no links.self in {}", self.text))?.to_owned())
    }
}

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The service answered.
    Reply(Reply),
    /// No connection was made, so nothing was sent.
    NotSent,
    /// The request was sent, at least in part, and no complete answer came.
    Broken,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// No body.
    None,
    /// A JSON body.
    Json(Value),
    /// A text file in a form.
    File(String),
}

impl Body {
    /// Returns the media type and the bytes.
    pub fn encode(&self) -> Option<(&'static str, Vec<u8>)> {
        match self {
            Self::None => None,
            Self::Json(value) => Some(("application/json", value.to_string().into_bytes())),
            Self::File(text) => {
                let head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"minutes.txt\"\r\n\
                            Content-Type: text/plain\r\n\r\n";
                Some(("multipart/form-data; boundary=edge", format!("{head}{text}\r\n--edge--\r\n").into_bytes()))
            }
        }
    }
}

/// A person who calls the service.
#[derive(Clone)]
pub struct Caller {
    /// The base URL, without a slash at its end.
    pub base: Arc<str>,
    /// The bearer token.
    pub token: Arc<str>,
    client: Client,
    ledger: Ledger,
}

/// The time limit of a request. It is above the service's own, which is 10 s.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Returns an HTTP client.
pub fn http_client() -> Result<Client, BoxedError> {
    Ok(Client::builder().timeout(TIMEOUT).connect_timeout(Duration::from_secs(2)).build()?)
}

/// True when the answer states that it is unknown whether the change was written.
fn states_doubt(reply: &Reply) -> bool {
    reply.body["detail"].as_str().is_some_and(|detail| detail.contains("unknown whether"))
}

impl Caller {
    /// Creates a person.
    pub fn new(base: &str, token: String, client: Client, ledger: Ledger) -> Self {
        Self { base: base.into(), token: token.into(), client, ledger }
    }

    /// Returns the same person with another time limit, for a large export.
    pub fn with_timeout(self, timeout: Duration) -> Result<Self, BoxedError> {
        Ok(Self { client: Client::builder().timeout(timeout).build()?, ..self })
    }

    /// Sends a request. Counts failures, and answers that the service should never give.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Body) -> Answer {
        let began = Instant::now();
        let answer = self.try_send(method.clone(), path, headers, body).await;
        let failure = match &answer {
            Answer::NotSent => Some("no connection".to_owned()),
            Answer::Broken => Some(format!("{method}: the connection broke")),
            Answer::Reply(reply) => (reply.status >= 500).then(|| format!("{method}: {}", reply.status)),
        };
        self.ledger.record_request(failure, began.elapsed());
        answer
    }

    async fn try_send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Body) -> Answer {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some((media_type, bytes)) = body.encode() {
            request = request.header("content-type", media_type).body(bytes);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Answer::NotSent,
            Err(error) => {
                if error.is_timeout() {
                    self.ledger.record_unexpected_answer(format!("{method}: no answer within {TIMEOUT:?}"));
                }
                return Answer::Broken;
            }
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let Ok(text) = response.text().await else { return Answer::Broken };
        let body = serde_json::from_str(&text).unwrap_or_default();
        let reply = Reply { status, headers, body, text };
        let is_expected = match status {
            200..=299 | 304 | 404 | 409 | 410 | 412 => true,
            503 => reply.headers.contains_key(RETRY_AFTER),
            _ => false,
        };
        if !is_expected {
            let detail = reply.body["detail"].as_str().unwrap_or(&reply.text);
            self.ledger.record_unexpected_answer(format!("{method}: {status} {detail}"));
        }
        Answer::Reply(reply)
    }

    /// Sends a request that could write, and records it in the ledger.
    pub async fn write(
        &self,
        intent: &Intent,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Body,
    ) -> Answer {
        let request_id = Uuid::now_v7().to_string();
        let mut all = vec![("x-request-id", request_id.as_str())];
        all.extend(intent.key.iter().map(|key| ("idempotency-key", key.as_str())));
        all.extend_from_slice(headers);
        let answer = self.send(method, path, &all, body).await;
        let (outcome, reply) = match &answer {
            Answer::NotSent => return answer,
            Answer::Broken => (Outcome::Doubtful, None),
            Answer::Reply(reply) if (200..300).contains(&reply.status) => {
                let replayed = reply.header("idempotency-replayed").is_some();
                (if replayed { Outcome::Replayed } else { Outcome::Acknowledged }, Some(reply))
            }
            Answer::Reply(reply) if states_doubt(reply) => (Outcome::Doubtful, Some(reply)),
            Answer::Reply(reply) => (Outcome::Refused, Some(reply)),
        };
        self.record(intent, request_id, outcome, reply);
        answer
    }

    fn record(&self, intent: &Intent, request_id: String, outcome: Outcome, reply: Option<&Reply>) {
        let acknowledged = reply.filter(|_| outcome == Outcome::Acknowledged);
        let member = if intent.action == "upload" { "evidence_id" } else { "id" };
        self.ledger.record(Entry {
            request_id,
            intent: intent.clone(),
            outcome,
            resource_id: acknowledged.and_then(|reply| reply.id(member)),
            // The answer to an upload states the version of the file, not of the item.
            version: acknowledged.filter(|_| member == "id").and_then(|reply| reply.body["version"].as_i64()),
        });
    }

    /// Sends a part of a request, chosen at random, and resets the connection. Records the request as doubtful: all of it
    /// may have arrived.
    pub async fn reset(
        &self,
        intent: &Intent,
        (method, path): (Method, &str),
        headers: &[(&str, &str)],
        body: &Body,
        random: &mut Random,
    ) -> Result<(), BoxedError> {
        let (request_id, host) = (Uuid::now_v7().to_string(), self.base.trim_start_matches("http://"));
        let (media_type, content) = body.encode().unwrap_or(("text/plain", Vec::new()));
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nX-Request-Id: {request_id}\r\n\
             Content-Type: {media_type}\r\nContent-Length: {}\r\n",
            self.token,
            content.len()
        );
        let key = intent.key.iter().map(|key| ("idempotency-key", key.as_str()));
        for (name, value) in headers.iter().copied().chain(key) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let bytes = [head.as_bytes(), b"\r\n", content.as_slice()].concat();
        // Half of the requests arrive whole, and are reset while the service performs them.
        let length = bytes.len() as u64;
        let sent = if random.below(2) == 0 { length } else { random.below(length) };
        let mut stream = TcpStream::connect(host).await?;
        stream.write_all(&bytes[..usize::try_from(sent)?]).await?;
        self.record(intent, request_id, Outcome::Doubtful, None);
        tokio::time::sleep(random.milliseconds(0, 12)).await;
        // Closing then sends RST at once.
        Ok(stream.set_zero_linger()?)
    }

    /// Counts an answer that breaks a promise.
    pub fn record_unexpected_answer(&self, description: String) {
        self.ledger.record_unexpected_answer(description);
    }

    /// Gets a path until the answer is a success. Fails after 60 s.
    pub async fn get(&self, path: &str) -> Result<Reply, BoxedError> {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(60) {
            match self.send(Method::GET, path, &[], &Body::None).await {
                Answer::Reply(reply) if reply.status == 200 => return Ok(reply),
                Answer::Reply(reply) if reply.status < 500 => {
                    return Err(format!("GET {path}: {} {}", reply.status, reply.text).into());
                }
                _ => tokio::time::sleep(Duration::from_millis(15)).await,
            }
        }
        Err(format!("GET {path}: no success within 60 s").into())
    }
}
