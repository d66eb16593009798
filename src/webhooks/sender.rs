//! The HTTP client that sends messages. It checks the address first, follows no redirects, uses no proxy, and reads
//! only the status of the response.

use std::error::Error;
use std::time::{Duration, Instant};

use reqwest::Certificate;
use reqwest::redirect::Policy;
use uuid::Uuid;

use super::address_policy::{AddressError, AddressPolicy};
use super::message::MEDIA_TYPE;

/// The time limit of one attempt, from the resolution of the name to the status.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The error text of an attempt without a response. It is the same for every cause, because the cause may tell
/// addresses of the network or names in certificates. The log has the cause.
const NO_RESPONSE: &str = "The receiver did not respond within 10 seconds, or a connection to it could not be made. Check \
                           that it is reachable from the internet and that its certificate is valid. The operator's log \
                           states the cause.";

/// The outcome of one attempt to send a message.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The HTTP status of the response, if there was one.
    pub status: Option<u16>,
    /// The reason why the attempt failed, or `None` if the receiver accepted the message.
    pub error: Option<String>,
    /// The duration of the attempt.
    pub duration: Duration,
}

impl Outcome {
    /// Returns true if the receiver accepted the message.
    pub fn is_accepted(&self) -> bool {
        self.error.is_none()
    }
}

/// A signed message.
#[derive(Debug)]
pub struct Message<'a> {
    /// The id of the message, which is the same in every attempt.
    pub id: Uuid,
    /// The time of sending in seconds since 1970.
    pub timestamp: i64,
    /// The signatures, separated by spaces.
    pub signatures: String,
    /// The body.
    pub body: &'a str,
}

/// The client that sends messages to addresses that its policy allows.
#[derive(Clone, Debug)]
pub struct Sender {
    client: reqwest::Client,
    policy: AddressPolicy,
}

impl Sender {
    /// Makes a sender. It trusts these certificate authorities in addition to the machine's own.
    ///
    /// # Errors
    /// The error of reqwest if the client cannot be made.
    pub fn new(policy: AddressPolicy, authorities: Vec<Certificate>) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .tls_certs_merge(authorities)
            .dns_resolver(policy.clone())
            .no_proxy()
            .redirect(Policy::none())
            // Each attempt needs a new connection, to an address that the policy has just checked.
            .pool_max_idle_per_host(0)
            .timeout(TIMEOUT)
            .user_agent(concat!("section55/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, policy })
    }

    /// Returns the policy that decides which addresses are allowed.
    pub fn address_policy(&self) -> &AddressPolicy {
        &self.policy
    }

    /// Makes one attempt to send a message.
    pub async fn send(&self, url: &str, message: &Message<'_>) -> Outcome {
        let began = Instant::now();
        let response = tokio::time::timeout(TIMEOUT, self.post(url, message)).await;
        let (status, error) = match response.unwrap_or_else(|_| Err("no response within 10 seconds".to_owned())) {
            Ok(status @ 200..=299) => (Some(status), None),
            Ok(status @ 300..=399) => (
                Some(status),
                Some(format!("The receiver responded with the redirect {status}, which is not followed.")),
            ),
            Ok(status) => {
                (Some(status), Some(format!("The receiver responded with status {status} and not with 2xx.")))
            }
            Err(cause) => {
                let url = reqwest::Url::parse(url).ok();
                let host = url.as_ref().and_then(reqwest::Url::host_str).unwrap_or_default();
                tracing::warn!(delivery = %message.id, host, %cause, "a message to a webhook got no response");
                (None, Some(NO_RESPONSE.to_owned()))
            }
        };
        Outcome { status, error, duration: began.elapsed() }
    }

    /// Posts a message and returns the status.
    async fn post(&self, url: &str, message: &Message<'_>) -> Result<u16, String> {
        // The policy checks a literal IP address here, and a name when the client resolves it for the connection.
        let url = self.policy.parse(url).map_err(|error| error.to_string())?;
        let request = self
            .client
            .post(url)
            .header("content-type", MEDIA_TYPE)
            .header("webhook-id", message.id.to_string())
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", &message.signatures)
            .body(message.body.to_owned());
        // The body of the response is not read: the connection is closed with it.
        request.send().await.map(|response| response.status().as_u16()).map_err(|error| describe(&error))
    }
}

/// Returns the cause of an error. An IO error does not name the error inside it as its source, so it is unwrapped
/// first.
fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source())
}

/// Returns the cause of an error for the log.
fn describe(error: &reqwest::Error) -> String {
    for cause in std::iter::successors(error.source(), |error| cause(*error)) {
        if let Some(refused) = cause.downcast_ref::<AddressError>() {
            return refused.to_string();
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return format!("the TLS connection failed: {tls}");
        }
    }
    if error.is_timeout() {
        "no response within 10 seconds".to_owned()
    } else if error.is_connect() {
        "the connection failed".to_owned()
    } else {
        "the connection broke before the response".to_owned()
    }
}
