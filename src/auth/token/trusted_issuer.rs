//! An issuer with its current keys, which are fetched again at intervals. A valid key set replaces the old one as a
//! whole. After a failure the last valid set stays in use.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::configuration::{IssuerConfigError, is_loopback};
use super::issuer::{Issuer, KeySource};
use super::key_set::{KeySet, KeySetError, MAX_SET_BYTES};

/// The longest time that a fetch may take, from connecting to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The pause before the next attempt while an issuer's keys have never been fetched.
const FIRST_RETRY: Duration = Duration::from_secs(2);

/// How often key sets are fetched.
#[derive(Debug, Clone, Copy)]
pub struct RefreshIntervals {
    /// The time from one successful fetch to the next.
    pub regular: Duration,
    /// The shortest time between two fetches, after a failure or for a token with an unknown key.
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
                Ok(Self { issuer, source, keys, refresh_requested: Notify::new() })
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

    /// Requests that the keys are fetched soon.
    pub fn request_refresh(&self) {
        self.refresh_requested.notify_one();
    }

    /// Fetches the keys now, at every interval, and on request. Returns only when the keys cannot change.
    pub async fn refresh_forever(&self, intervals: RefreshIntervals) {
        while let Some(fetched) = self.source.fetch().await {
            let pause = match fetched {
                Ok(keys) => {
                    self.keys.store(Some(Arc::new(keys)));
                    intervals.regular
                }
                Err(error) => {
                    let error: &(dyn Error + 'static) = &error;
                    tracing::warn!(issuer = self.issuer.issuer, error, "the issuer's keys could not be fetched");
                    if self.keys().is_some() { intervals.minimum } else { intervals.minimum.min(FIRST_RETRY) }
                }
            };
            let earliest = Instant::now() + intervals.minimum;
            tokio::select! {
                () = sleep(pause) => {}
                () = self.refresh_requested.notified() => sleep_until(earliest).await,
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
