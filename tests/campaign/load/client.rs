//! One client: a police area with its officers, who write to records of their own and to one record that all clients
//! share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::caller::{Answer, Body, Caller, Reply};
use crate::common::BoxedError;
use crate::ledger::Intent;
use crate::random::Random;

/// A record with the ETag that the client last read; none when it must be read again.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownRecord {
    pub(super) href: String,
    pub(super) etag: Option<String>,
    pub(super) state: String,
}

/// A request with a key whose response the client has.
#[derive(Clone, Debug)]
pub(super) struct KeyedRequest {
    pub(super) path: String,
    pub(super) body: Body,
    pub(super) intent: Intent,
    pub(super) response: String,
    pub(super) person: Person,
}

/// The officers of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Person {
    Opcc,
    Constabulary,
}

/// One client.
pub struct Client {
    pub(super) area: String,
    pub(super) opcc: Caller,
    pub(super) constabulary: Caller,
    /// An officer of the area that owns the shared record.
    pub(super) sharer: Caller,
    pub(super) random: Random,
    pub(super) name: String,
    next: u64,
    operations: Arc<AtomicU64>,
    pub(super) draft: KnownRecord,
    pub(super) response: KnownRecord,
    pub(super) assignment: KnownRecord,
    pub(super) recommendation: String,
    pub(super) evidence: Vec<String>,
    pub(super) shared: String,
    pub(super) performed: Vec<KeyedRequest>,
    /// True to reset the connection in the middle of requests.
    pub resets: bool,
    /// True if the client publishes drafts after its first one.
    pub publishes: bool,
}

/// The officers of one client.
pub struct Officers {
    /// An officer of the policing body.
    pub opcc: Caller,
    /// An officer of the force.
    pub constabulary: Caller,
    /// An officer of the area that owns the shared record.
    pub sharer: Caller,
}

impl Client {
    /// Creates a client whose records do not exist yet. `operations` numbers the operations of all clients.
    pub fn new(area: &str, name: String, officers: Officers, random: Random, operations: Arc<AtomicU64>) -> Self {
        let Officers { opcc, constabulary, sharer } = officers;
        Self {
            area: area.to_owned(),
            opcc,
            constabulary,
            sharer,
            random,
            name,
            next: 0,
            operations,
            draft: KnownRecord::default(),
            response: KnownRecord::default(),
            assignment: KnownRecord::default(),
            recommendation: String::new(),
            evidence: Vec::new(),
            shared: String::new(),
            performed: Vec::new(),
            resets: false,
            publishes: true,
        }
    }

    /// Returns a new text that no other operation writes. Its marks keep one text from being part of another.
    pub(super) fn marker(&mut self) -> String {
        self.next += 1;
        format!("<{}.{}>", self.name, self.next)
    }

    pub(super) fn intent(&mut self, resource: &'static str, action: &'static str, marker: &str) -> Intent {
        let operation = self.operations.fetch_add(1, Ordering::Relaxed);
        Intent { resource, action, marker: marker.to_owned(), operation, key: None }
    }

    pub(super) fn caller(&self, person: Person) -> Caller {
        match person {
            Person::Opcc => self.opcc.clone(),
            Person::Constabulary => self.constabulary.clone(),
        }
    }

    /// Posts with an `Idempotency-Key`, and repeats the request until the answer is certain.
    pub(super) async fn post_once(
        &mut self,
        person: Person,
        path: String,
        mut intent: Intent,
        body: Body,
    ) -> Result<Reply, BoxedError> {
        intent.key = Some(format!("{}-{}", self.name, intent.operation));
        let caller = self.caller(person);
        if self.resets {
            caller.reset(&intent, (Method::POST, &path), &[], &body, &mut self.random).await?;
        }
        let began = std::time::Instant::now();
        loop {
            let answer = caller.write(&intent, Method::POST, &path, &[], &body).await;
            match answer {
                Answer::Reply(reply) if (200..300).contains(&reply.status) => {
                    let response = reply.text.clone();
                    self.performed.push(KeyedRequest { path, body, intent, response, person });
                    return Ok(reply);
                }
                Answer::Reply(reply) if reply.status < 500 && reply.body["code"] != "still_running" => {
                    return Err(format!("POST {path}: {} {}", reply.status, reply.text).into());
                }
                _ if began.elapsed() > Duration::from_secs(60) => {
                    return Err(format!("POST {path}: no success within 60 s").into());
                }
                _ => tokio::time::sleep(Duration::from_millis(15)).await,
            }
        }
    }

    /// Sends one conditional write of a record. The record is read first when its ETag is not known. After any answer
    /// but a success the ETag is not known.
    pub(super) async fn write_conditionally(
        &mut self,
        person: Person,
        record: &mut KnownRecord,
        (method, path): (Method, String),
        intent: &Intent,
        body: Value,
    ) -> Result<bool, BoxedError> {
        let caller = self.caller(person);
        let etag = match record.etag.take() {
            Some(etag) => etag,
            None => {
                read(&caller, record).await?;
                record.etag.take().ok_or("a record has no ETag")?
            }
        };
        let (headers, body) = ([("if-match", etag.as_str())], Body::Json(body));
        if self.resets && self.random.below(2) == 0 {
            caller.reset(intent, (method, &path), &headers, &body, &mut self.random).await?;
            return Ok(false);
        }
        let answer = caller.write(intent, method, &path, &headers, &body).await;
        match answer {
            Answer::Reply(reply) if (200..300).contains(&reply.status) => {
                record.etag = reply.header("etag");
                record.state = state_of(&reply);
                Ok(true)
            }
            Answer::Reply(reply) if reply.status < 500 => Ok(false),
            _ => {
                tokio::time::sleep(Duration::from_millis(15)).await;
                Ok(false)
            }
        }
    }
}

fn state_of(reply: &Reply) -> String {
    let state = reply.body["state"].as_str().or_else(|| reply.body["force_status"].as_str());
    state.unwrap_or_default().to_owned()
}

/// Reads a record and its ETag.
pub(super) async fn read(caller: &Caller, record: &mut KnownRecord) -> Result<(), BoxedError> {
    let reply = caller.get(&record.href).await?;
    record.etag = reply.header("etag");
    record.state = state_of(&reply);
    Ok(())
}

/// Returns the registration of a draft inspection that only one area must respond to.
pub(super) fn registration(reference: &str, area: &str, marker: &str) -> Value {
    json!({
        "reference": reference, "title": "An inspection of the campaign", "kind": "force_specific",
        "published_on": "2024-02-01", "subjects": [area], "key_findings": marker,
    })
}
