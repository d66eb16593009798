//! One try to send a message: to an address that was looked at, without redirects or proxies, and without reading what is
//! answered beyond its status.

use std::error::Error;
use std::time::{Duration, Instant};

use reqwest::Certificate;
use reqwest::redirect::Policy;
use uuid::Uuid;

use super::guard::{Guard, Refused};
use super::message::MEDIA;

/// How long one try may take, from the name to the status.
const LIMIT: Duration = Duration::from_secs(10);

/// What came of a try.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The status that was answered.
    pub status: Option<u16>,
    /// Why it did not succeed; none where it did.
    pub error: Option<String>,
    /// How long it took.
    pub took: Duration,
}

impl Outcome {
    /// Whether the message was taken.
    pub fn is_taken(&self) -> bool {
        self.error.is_none()
    }
}

/// What is sent.
#[derive(Debug)]
pub struct Message<'a> {
    /// What the receiver knows it by.
    pub id: Uuid,
    /// When it is sent, in seconds since 1970.
    pub at: i64,
    /// Its signatures.
    pub signatures: String,
    /// Its bytes.
    pub body: &'a str,
}

/// What sends.
#[derive(Clone, Debug)]
pub struct Sender {
    client: reqwest::Client,
    guard: Guard,
}

impl Sender {
    /// One that sends where the guard lets it, to receivers that these authorities or the machine's vouch for.
    pub fn new(guard: Guard, authorities: Vec<Certificate>) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .tls_certs_merge(authorities)
            .dns_resolver(guard.clone())
            .no_proxy()
            .redirect(Policy::none())
            // Each try is a connection of its own, to an address that was looked at for it.
            .pool_max_idle_per_host(0)
            .timeout(LIMIT)
            .user_agent(concat!("section55/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, guard })
    }

    /// What decides where it sends.
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Sends a message once.
    pub async fn send(&self, url: &str, message: &Message<'_>) -> Outcome {
        let began = Instant::now();
        let answered = tokio::time::timeout(LIMIT, self.answered(url, message)).await;
        let (status, error) = match answered.unwrap_or_else(|_| Err("Nothing was answered within 10 s.".to_owned())) {
            Ok(status @ 200..=299) => (Some(status), None),
            Ok(status @ 300..=399) => (Some(status), Some("Redirects are not followed.".to_owned())),
            Ok(status) => (Some(status), Some(format!("It was answered {status}."))),
            Err(error) => (None, Some(error)),
        };
        Outcome { status, error, took: began.elapsed() }
    }

    async fn answered(&self, url: &str, message: &Message<'_>) -> Result<u16, String> {
        // A host that is an address is looked at here; a name once, when the connection is made.
        let url = self.guard.read(url).map_err(|refused| refused.to_string())?;
        let request = self
            .client
            .post(url)
            .header("content-type", MEDIA)
            .header("webhook-id", message.id.to_string())
            .header("webhook-timestamp", message.at)
            .header("webhook-signature", &message.signatures)
            .body(message.body.to_owned());
        // The body of the answer is not read: it goes with the connection.
        request.send().await.map(|answer| answer.status().as_u16()).map_err(|error| told(&error))
    }
}

/// What an error comes of. An IO error leaves out of its sources what it is made of.
fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let within = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    within.map(|within| within as &(dyn Error + 'static)).or_else(|| error.source())
}

fn told(error: &reqwest::Error) -> String {
    for cause in std::iter::successors(error.source(), |error| cause(*error)) {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return refused.to_string();
        }
        if let Some(untrusted) = cause.downcast_ref::<rustls::Error>() {
            return format!("No connection was made: {untrusted}.");
        }
    }
    if error.is_timeout() {
        "Nothing was answered within 10 s.".to_owned()
    } else if error.is_connect() {
        "No connection was made.".to_owned()
    } else {
        "The connection broke off.".to_owned()
    }
}
