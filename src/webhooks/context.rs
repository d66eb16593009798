//! The worker context of webhooks: the database, the clock, the key that encrypts secrets, and the sender. It makes the
//! attempts to send a message, for the dispatcher and for requests.

use std::sync::Arc;

use reqwest::Certificate;
use uuid::Uuid;

use super::address_policy::AddressPolicy;
use super::model::WebhookRecord;
use super::secret::Secret;
use super::sender::{Message, Outcome, Sender};
use crate::api::SealingKey;
use crate::clock::Clock;
use crate::db::Db;

/// The settings of webhooks.
#[derive(Debug)]
pub struct Settings {
    key: SealingKey,
    policy: AddressPolicy,
    authorities: Vec<Certificate>,
}

impl Settings {
    /// Makes settings. The key that encrypts webhook secrets is derived from the service's secret.
    pub fn new(secret: &[u8], policy: AddressPolicy) -> Self {
        Self { key: SealingKey::new(secret, "section55 webhook secrets v1"), policy, authorities: Vec::new() }
    }

    /// Trusts certificate authorities, in PEM, in addition to the machine's own.
    ///
    /// # Errors
    /// The error of reqwest if this is not PEM.
    pub fn with_certificate_authorities(self, authorities: &[u8]) -> Result<Self, reqwest::Error> {
        Ok(Self { authorities: Certificate::from_pem_bundle(authorities)?, ..self })
    }
}

/// The worker context of webhooks.
#[derive(Clone)]
pub struct WebhookContext {
    pub(super) db: Db,
    pub(super) clock: Clock,
    /// The key that encrypts secrets.
    pub(super) key: Arc<SealingKey>,
    pub(super) sender: Sender,
}

impl WebhookContext {
    /// Makes a context with these settings.
    ///
    /// # Errors
    /// The error of reqwest if the HTTP client cannot be made.
    pub fn new(db: Db, clock: Clock, settings: Settings) -> Result<Self, reqwest::Error> {
        let Settings { key, policy, authorities } = settings;
        Ok(Self { db, clock, key: Arc::new(key), sender: Sender::new(policy, authorities)? })
    }

    /// Makes one attempt to send a message, signed with every secret that is valid now.
    pub(super) async fn attempt(&self, webhook: &WebhookRecord, message_id: Uuid, body: &str) -> Outcome {
        let now = self.clock.now();
        let timestamp = now.timestamp();
        let secrets = webhook.secrets(now).map(|encrypted| Secret::decrypt(&self.key, webhook.id, encrypted));
        let signatures: Vec<String> =
            secrets.flatten().map(|secret| secret.sign(message_id, timestamp, body)).collect();
        if signatures.is_empty() {
            let error = "The secret was encrypted with another SECTION55_SECRET: rotate the secret of this webhook.";
            return Outcome { status: None, error: Some(error.to_owned()), duration: std::time::Duration::ZERO };
        }
        let message = Message { id: message_id, timestamp, signatures: signatures.join(" "), body };
        self.sender.send(&webhook.url, &message).await
    }
}
