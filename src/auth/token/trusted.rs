//! An issuer together with its keys in use: where they come from, and when they are fetched again. The keys change
//! whole, and only for a good set; after a failure the last good one stays.

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

use super::configuration::loopback;
use super::jwks::{Keys, MAX_SET_BYTES};
use super::{Fault, Issuer, KeySource, KeysFault};

/// The longest a fetch may take, from connecting to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);
/// The pause before trying again for an issuer whose keys have never been fetched.
const FIRST_RETRY: Duration = Duration::from_secs(2);

/// How often key sets are fetched.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// From one fetch to the next when all is well.
    pub refresh: Duration,
    /// The least time between two fetches, for tokens with an unknown key and after a failure.
    pub soonest: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { refresh: Duration::from_secs(300), soonest: Duration::from_secs(30) }
    }
}

/// An issuer and its keys in use.
pub struct Trusted {
    issuer: Issuer,
    origin: Origin,
    keys: ArcSwapOption<Keys>,
    wanted: Notify,
}

/// A key source with what it takes to read it.
enum Origin {
    File(PathBuf),
    Url(Url, Client),
    Fixed,
}

impl Trusted {
    /// Loads the keys; those at a URL are left to [`Trusted::keep_fresh`].
    pub fn open(issuer: Issuer) -> Result<Self, Fault> {
        match Origin::open(&issuer.keys) {
            Ok((origin, keys)) => {
                let keys = ArcSwapOption::from_pointee(keys);
                Ok(Self { issuer, origin, keys, wanted: Notify::new() })
            }
            Err(fault) => Err(Fault::Keys { issuer: issuer.issuer, fault }),
        }
    }

    /// The configuration.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The keys in use; none until they have been fetched once.
    pub fn keys(&self) -> Option<Arc<Keys>> {
        self.keys.load_full()
    }

    /// Asks for the keys to be fetched soon.
    pub fn want_keys(&self) {
        self.wanted.notify_one();
    }

    /// Fetches the keys now, at every interval, and when they are wanted; ends only for keys that cannot change.
    pub async fn keep_fresh(&self, pace: Pace) {
        while let Some(fetched) = self.origin.fetch().await {
            let pause = match fetched {
                Ok(keys) => {
                    self.keys.store(Some(Arc::new(keys)));
                    pace.refresh
                }
                Err(fault) => {
                    let error: &(dyn Error + 'static) = &fault;
                    tracing::warn!(issuer = self.issuer.issuer, error, "the issuer's keys could not be fetched");
                    if self.keys().is_some() { pace.soonest } else { pace.soonest.min(FIRST_RETRY) }
                }
            };
            let soonest = Instant::now() + pace.soonest;
            tokio::select! {
                () = sleep(pause) => {}
                () = self.wanted.notified() => sleep_until(soonest).await,
            }
        }
    }
}

impl Origin {
    fn open(source: &KeySource) -> Result<(Self, Option<Keys>), KeysFault> {
        Ok(match source {
            KeySource::File(path) => (Self::File(path.clone()), Some(read_file(path)?)),
            KeySource::Url(url) => (Self::Url(url.clone(), client(url)?), None),
            KeySource::Fixed(set) => (Self::Fixed, Some(Keys::read(set.to_string().as_bytes())?)),
        })
    }

    /// The keys as they are now; nothing where they cannot change.
    async fn fetch(&self) -> Option<Result<Keys, KeysFault>> {
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

fn read_file(path: &Path) -> Result<Keys, KeysFault> {
    let mut json = Vec::new();
    File::open(path)?.take(MAX_SET_BYTES as u64 + 1).read_to_end(&mut json)?;
    if json.len() > MAX_SET_BYTES {
        return Err(KeysFault::TooLong);
    }
    Keys::read(&json)
}

fn client(url: &Url) -> Result<Client, KeysFault> {
    let builder = Client::builder().timeout(FETCH_TIMEOUT).redirect(Policy::none()).user_agent("section55");
    let builder = match url.scheme() {
        // Only a loopback address may be without TLS: it needs no certificates, and a proxy must not come between.
        "http" if loopback(url) => builder.no_proxy().tls_certs_only([]),
        _ => builder.https_only(true),
    };
    Ok(builder.build()?)
}

async fn read_url(client: &Client, url: &Url) -> Result<Keys, KeysFault> {
    let mut response = client.get(url.clone()).send().await?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(KeysFault::Status(response.status().as_u16()));
    }
    let mut json = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if json.len() + chunk.len() > MAX_SET_BYTES {
            return Err(KeysFault::TooLong);
        }
        json.extend_from_slice(&chunk);
    }
    Keys::read(&json)
}
