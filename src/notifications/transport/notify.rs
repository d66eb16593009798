//! Sends e-mails through GOV.UK Notify: its HTTP API, with a token of its own for each request. Notify makes the text from a
//! template, and can be asked by the reference what it has accepted.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Outcome;
use crate::api::Problem;
use crate::areas::NotificationLanguage;
use crate::notifications::email::{Mail, one_line};
use crate::telemetry::with_causes;
use crate::vocabulary::WireName;

/// The time limit of one request.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The template of a kind that has none of its own.
const DEFAULT: &str = "default";

/// Why the settings of GOV.UK Notify cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The key.
    #[error("the key of GOV.UK Notify must be its name, the id of the service and the secret, joined by hyphens")]
    Key,
    /// The address.
    #[error("the address of GOV.UK Notify must be an https URL")]
    Address,
    /// The templates.
    #[error(
        "the templates of GOV.UK Notify must be a JSON object such as {{\"en\": {{\"default\": \"…\"}}, \"cy\": {{\"default\": \"…\"}}}}"
    )]
    Templates,
    /// The HTTP client.
    #[error("the HTTP client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
}

/// The ids of templates: for each language, those of the kinds, `digest` and `default`.
type Templates = BTreeMap<String, BTreeMap<String, String>>;

/// GOV.UK Notify.
#[derive(Clone)]
pub struct Notify {
    client: reqwest::Client,
    base: String,
    service: String,
    key: hmac::Key,
    templates: Templates,
}

impl std::fmt::Debug for Notify {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GOV.UK Notify at {}, service {}", self.base, self.service)
    }
}

#[derive(Deserialize)]
struct Found {
    notifications: Vec<Value>,
}

impl Notify {
    /// Makes a client. `templates` is JSON.
    ///
    /// # Errors
    /// [`NotifyError`].
    pub fn new(base: &str, key: &str, templates: &str) -> Result<Self, NotifyError> {
        let url = Url::parse(base).map_err(|_| NotifyError::Address)?;
        let is_local = url.host_str().is_some_and(|host| host == "127.0.0.1" || host == "localhost");
        if url.scheme() != "https" && !is_local {
            return Err(NotifyError::Address);
        }
        // The name may have hyphens itself: the ids are the last 73 characters.
        let ids = key.len().checked_sub(73).and_then(|start| key.get(start..)).ok_or(NotifyError::Key)?;
        let (service, secret) = ids.split_at(36);
        let secret = secret.strip_prefix('-').ok_or(NotifyError::Key)?;
        let templates: Templates = serde_json::from_str(templates).map_err(|_| NotifyError::Templates)?;
        let has_default = |language: &str| templates.get(language).is_some_and(|of| of.contains_key(DEFAULT));
        if !NotificationLanguage::NAMES.iter().all(|language| has_default(language)) {
            return Err(NotifyError::Templates);
        }
        let client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(Policy::none())
            .user_agent(concat!("section55/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { client, base, service: service.to_owned(), key, templates })
    }

    /// Returns a token for one request (RFC 7519, HS256). Notify accepts it for 30 seconds.
    fn token(&self, at: DateTime<Utc>) -> String {
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = encode(json!({ "typ": "JWT", "alg": "HS256" }));
        let signed = format!("{head}.{}", encode(json!({ "iss": self.service, "iat": at.timestamp() })));
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// Returns the id of the template of an e-mail.
    fn template(&self, mail: &Mail) -> Option<&str> {
        let of = self.templates.get(mail.language.as_str())?;
        let kind = mail.kind.map_or("digest", WireName::as_str);
        of.get(kind).or_else(|| of.get(DEFAULT)).map(String::as_str)
    }

    /// Returns true if Notify has accepted a notification with this reference.
    async fn has_accepted(&self, reference: &str, at: DateTime<Utc>) -> Result<bool, String> {
        let url = format!("{}/v2/notifications?reference={reference}", self.base);
        let response = self.client.get(url).bearer_auth(self.token(at)).send().await;
        let response = response.and_then(reqwest::Response::error_for_status).map_err(|error| with_causes(&error))?;
        let text = response.text().await.map_err(|error| with_causes(&error))?;
        let found: Found = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        Ok(!found.notifications.is_empty())
    }

    pub(super) async fn send(
        &self,
        mail: &Mail,
        at: DateTime<Utc>,
        hand_over: impl AsyncFnOnce() -> Result<bool, Problem>,
    ) -> Result<Outcome, Problem> {
        let reference = mail.id.to_string();
        if mail.is_repeated {
            match self.has_accepted(&reference, at).await {
                Ok(true) => return Ok(Outcome::Accepted),
                Ok(false) => {}
                // It may have been accepted before, so it still must be asked about.
                Err(error) => return Ok(Outcome::Unknown(error)),
            }
        }
        let Some(template) = self.template(mail) else { return Ok(Outcome::Failed("there is no template".to_owned())) };
        let mut personalisation = json!(mail.parameters);
        personalisation["subject"] = json!(mail.subject);
        personalisation["text"] = json!(mail.text);
        let body = json!({
            "email_address": mail.to, "template_id": template, "reference": reference, "personalisation": personalisation,
        });
        if !hand_over().await? {
            return Ok(Outcome::LeaseLost);
        }
        let request = self
            .client
            .post(format!("{}/v2/notifications/email", self.base))
            .bearer_auth(self.token(at))
            .header("content-type", "application/json")
            .body(body.to_string());
        Ok(match request.send().await {
            Ok(response) if response.status() == StatusCode::CREATED => Outcome::Accepted,
            // A server error may come after Notify has accepted it.
            Ok(response) if response.status().is_server_error() => Outcome::Unknown(describe(response).await),
            Ok(response) => Outcome::Failed(describe(response).await),
            Err(error) if error.is_connect() => Outcome::Failed(with_causes(&error)),
            Err(error) => Outcome::Unknown(with_causes(&error)),
        })
    }
}

/// Returns the status and the beginning of what Notify says.
async fn describe(response: reqwest::Response) -> String {
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    format!("{status}: {}", one_line(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTIFY_URL: &str = "https://notify.example";
    const IDS: &str = "26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0";
    const TEMPLATES: &str = r#"{"en": {"default": "a"}, "cy": {"default": "b"}}"#;

    #[test]
    fn the_key_has_the_service_and_the_secret_at_its_end() {
        let notify = Notify::new(NOTIFY_URL, &format!("my-test-key-{IDS}"), TEMPLATES).expect("a client");
        assert_eq!(notify.service, "26785a09-ab16-4eb0-8407-a37497a57506");
        let token = notify.token(DateTime::UNIX_EPOCH);
        let (signed, signature) = token.rsplit_once('.').expect("a signature");
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"3d844edf-8d35-48ac-975b-e847b4f122b0");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        hmac::verify(&key, signed.as_bytes(), &signature).expect("signed with the secret");
        assert!(matches!(Notify::new(NOTIFY_URL, "short", TEMPLATES), Err(NotifyError::Key)));
        assert!(matches!(Notify::new("http://notify.example", IDS, TEMPLATES), Err(NotifyError::Address)));
        assert!(matches!(Notify::new(NOTIFY_URL, IDS, "{}"), Err(NotifyError::Templates)));
    }
}
