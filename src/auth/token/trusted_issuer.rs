//! An issuer with its current keys, which are fetched again at intervals. A valid key set replaces the old one as a
//! whole. After a failure the last valid set stays in use.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::configuration::{IssuerConfigError, is_loopback};
use super::issuer::{Issuer, KeySource};
use super::key_set::{KeySet, KeySetError, MAX_SET_BYTES};
use crate::telemetry::{set_issuer_keys, with_causes};

/// The longest time that a fetch may take, from connecting to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The shortest time between a fetch and one for a token with an unknown key. It doubles, up to the minimum interval,
/// as long as such fetches bring no other keys: then the tokens are probably forged.
const FIRST_REQUEST_PAUSE: Duration = Duration::from_secs(1);
/// The longest time that a request waits for a fetch.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
/// The age at which keys are no longer used if they cannot be fetched again.
const MAX_KEY_AGE: Duration = Duration::from_secs(24 * 3600);
/// The pause before the next attempt while an issuer's keys have never been fetched.
const FIRST_RETRY: Duration = Duration::from_secs(2);

/// How often key sets are fetched.
#[derive(Debug, Clone, Copy)]
pub struct RefreshIntervals {
    /// The time from one successful fetch to the next.
    pub regular: Duration,
    /// The pause after a failed fetch, and the longest pause before a fetch for a token with an unknown key.
    pub minimum: Duration,
}

impl Default for RefreshIntervals {
    fn default() -> Self {
        Self { regular: Duration::from_secs(300), minimum: Duration::from_secs(30) }
    }
}

/// An issuer and its current keys.
pub struct TrustedIssuer {
    issuer: Issuer,
    source: OpenKeySource,
    keys: ArcSwapOption<KeySet>,
    refresh_requested: Notify,
    /// The number of fetches so far.
    fetches: watch::Sender<u64>,
    /// The earliest time of a fetch for a token with an unknown key.
    earliest: Mutex<Instant>,
}

/// A key source, with the HTTP client that a URL needs.
enum OpenKeySource {
    File(PathBuf),
    Url(Url, Client),
    Fixed,
}

impl TrustedIssuer {
    /// Loads the keys, except those at a URL, which [`TrustedIssuer::refresh_forever`] fetches.
    ///
    /// # Errors
    /// [`IssuerConfigError::Keys`] when the keys cannot be loaded.
    pub fn load(issuer: Issuer) -> Result<Self, IssuerConfigError> {
        match OpenKeySource::open(&issuer.keys) {
            Ok((source, keys)) => {
                let keys = ArcSwapOption::from_pointee(keys);
                let (refresh_requested, fetches) = (Notify::new(), watch::Sender::new(0));
                Ok(Self { issuer, source, keys, refresh_requested, fetches, earliest: Mutex::new(Instant::now()) })
            }
            Err(error) => Err(IssuerConfigError::Keys { issuer: issuer.issuer, error }),
        }
    }

    /// Returns the issuer's configuration.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Returns the current keys; none until they have been fetched once.
    pub fn keys(&self) -> Option<Arc<KeySet>> {
        self.keys.load_full()
    }

    /// Waits up to three seconds for a fetch of the keys that begins from now on. Returns true if there was one. It does
    /// not wait if the keys cannot change, or if the next fetch is later.
    pub async fn fetch_now(&self) -> bool {
        if matches!(self.source, OpenKeySource::Fixed) {
            return false;
        }
        let mut fetches = self.fetches.subscribe();
        self.refresh_requested.notify_one();
        if *self.earliest.lock().unwrap_or_else(PoisonError::into_inner) > Instant::now() + LONGEST_WAIT {
            return false;
        }
        matches!(tokio::time::timeout(LONGEST_WAIT, fetches.changed()).await, Ok(Ok(())))
    }

    /// Fetches the keys now, at every interval, and on request. Returns only when the keys cannot change.
    pub async fn refresh_forever(&self, intervals: RefreshIntervals) {
        let first_pause = FIRST_REQUEST_PAUSE.min(intervals.minimum);
        let mut request_pause = first_pause;
        let mut fetched_at = Instant::now();
        while let Some(fetched) = self.source.fetch().await {
            let now = Instant::now();
            let pause = match fetched {
                Ok(keys) => {
                    fetched_at = now;
                    let previous = self.keys.swap(Some(Arc::new(keys)));
                    if previous.zip(self.keys()).is_some_and(|(previous, keys)| !previous.has_same_ids(&keys)) {
                        request_pause = first_pause;
                    }
                    intervals.regular
                }
                Err(error) => {
                    let error = with_causes(&error);
                    tracing::warn!(issuer = self.issuer.issuer, error, "the issuer's keys could not be fetched");
                    if now - fetched_at > MAX_KEY_AGE && self.keys.swap(None).is_some() {
                        tracing::error!(issuer = self.issuer.issuer, "the issuer's keys are too old and not used");
                    }
                    if self.keys().is_some() { intervals.minimum } else { intervals.minimum.min(FIRST_RETRY) }
                }
            };
            set_issuer_keys(&self.issuer.issuer, self.keys().is_some());
            *self.earliest.lock().unwrap_or_else(PoisonError::into_inner) = now + request_pause;
            self.fetches.send_modify(|count| *count += 1);
            tokio::select! {
                () = sleep(pause) => {}
                () = self.refresh_requested.notified() => {
                    sleep_until(now + request_pause).await;
                    request_pause = (request_pause * 2).min(intervals.minimum);
                }
            }
        }
    }
}

impl OpenKeySource {
    fn open(source: &KeySource) -> Result<(Self, Option<KeySet>), KeySetError> {
        Ok(match source {
            KeySource::File(path) => (Self::File(path.clone()), Some(read_file(path)?)),
            KeySource::Url(url) => (Self::Url(url.clone(), client(url)?), None),
            KeySource::Fixed(set) => (Self::Fixed, Some(KeySet::parse(set.to_string().as_bytes())?)),
        })
    }

    /// Fetches the current keys; returns none when they cannot change.
    async fn fetch(&self) -> Option<Result<KeySet, KeySetError>> {
        match self {
            Self::File(path) => {
                let path = path.clone();
                let reading = tokio::task::spawn_blocking(move || read_file(&path));
                Some(reading.await.unwrap_or_else(|panic| Err(io::Error::other(panic).into())))
            }
            Self::Url(url, client) => Some(read_url(client, url).await),
            Self::Fixed => None,
        }
    }
}

fn read_file(path: &Path) -> Result<KeySet, KeySetError> {
    let mut json = Vec::new();
    File::open(path)?.take(MAX_SET_BYTES as u64 + 1).read_to_end(&mut json)?;
    if json.len() > MAX_SET_BYTES {
        return Err(KeySetError::TooLong);
    }
    KeySet::parse(&json)
}

fn client(url: &Url) -> Result<Client, KeySetError> {
    let builder = Client::builder().timeout(FETCH_TIMEOUT).redirect(Policy::none()).user_agent("section55");
    let builder = match url.scheme() {
        // Only a loopback address may be without TLS. It needs no certificates, and no proxy may stand in between.
        "http" if is_loopback(url) => builder.no_proxy().tls_certs_only([]),
        _ => builder.https_only(true),
    };
    Ok(builder.build()?)
}

async fn read_url(client: &Client, url: &Url) -> Result<KeySet, KeySetError> {
    let mut response = client.get(url.clone()).send().await?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(KeySetError::Status(response.status().as_u16()));
    }
    let mut json = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if json.len() + chunk.len() > MAX_SET_BYTES {
            return Err(KeySetError::TooLong);
        }
        json.extend_from_slice(&chunk);
    }
    KeySet::parse(&json)
}
