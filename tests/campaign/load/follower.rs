//! A reader that follows the change feed and the checkpoints of the audit log while the service is broken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Method;
use tokio::task::JoinHandle;

use super::caller::{Answer, Body, Caller};
use crate::common::BoxedError;

/// What the reader has seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The ids of the changes, in the order in which the feed showed them.
    pub changes: Vec<String>,
    /// The cursor after the last change.
    pub cursor: Option<String>,
    /// The signed checkpoints, each once.
    pub checkpoints: Vec<String>,
}

impl Seen {
    /// Reads the next page of the feed. Returns none when the service does not answer, and else whether there were
    /// changes.
    async fn read_changes(&mut self, reader: &Caller) -> Option<bool> {
        let after = self.cursor.as_ref().map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        let path = format!("/v1/changes?limit=200{after}");
        let Answer::Reply(reply) = reader.send(Method::GET, &path, &[], &Body::None).await else { return None };
        if reply.status != 200 {
            return None;
        }
        let items = reply.body["items"].as_array()?;
        self.changes.extend(items.iter().filter_map(|item| item["id"].as_str()).map(str::to_owned));
        self.cursor = reply.body["next_cursor"].as_str().map(str::to_owned);
        Some(!items.is_empty())
    }

    async fn read_checkpoint(&mut self, reader: &Caller) {
        let answer = reader.send(Method::GET, "/v1/audit/checkpoint", &[], &Body::None).await;
        if let Answer::Reply(reply) = answer
            && reply.status == 200
            && self.checkpoints.last() != Some(&reply.text)
        {
            self.checkpoints.push(reply.text);
        }
    }

    /// Reads the feed until it shows no further change. Fails after 60 s without an answer.
    pub async fn read_to_end(&mut self, reader: &Caller) -> Result<(), BoxedError> {
        for _ in 0..2000 {
            match self.read_changes(reader).await {
                Some(true) => {}
                Some(false) => return Ok(()),
                None => tokio::time::sleep(Duration::from_millis(30)).await,
            }
        }
        Err("the change feed cannot be read to its end".into())
    }
}

/// A running reader.
pub struct Follower {
    stopping: Arc<AtomicBool>,
    task: JoinHandle<Seen>,
}

impl Follower {
    /// Starts to follow as this person, five times a second.
    pub fn start(reader: Caller) -> Self {
        let stopping = Arc::new(AtomicBool::new(false));
        let stop = stopping.clone();
        let task = tokio::spawn(async move {
            let mut seen = Seen::default();
            while !stop.load(Ordering::Relaxed) {
                seen.read_changes(&reader).await;
                seen.read_checkpoint(&reader).await;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            seen
        });
        Self { stopping, task }
    }

    /// Stops and returns what was seen.
    pub async fn stop(self) -> Result<Seen, BoxedError> {
        self.stopping.store(true, Ordering::Relaxed);
        Ok(self.task.await?)
    }
}
