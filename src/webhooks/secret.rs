//! Secrets and signatures of Standard Webhooks: a secret is `whsec_` and 32 bytes in base64, and a signature is the
//! HMAC-SHA256 of the message's id, timestamp and body.

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use uuid::Uuid;

use crate::api::{Problem, SealingKey};

/// A secret that signs messages.
pub struct Secret(Vec<u8>);

impl Secret {
    /// Generates a new secret.
    pub fn generate() -> Result<Self, Problem> {
        let mut bytes = vec![0; 32];
        rand::fill(&mut bytes).map_err(|_| Problem::internal("the random number generator failed"))?;
        Ok(Self(bytes))
    }

    /// Encrypts the secret for storage. Only the same webhook can decrypt it.
    pub fn encrypt(&self, key: &SealingKey, webhook: Uuid) -> Vec<u8> {
        key.seal(webhook.as_bytes(), &self.0)
    }

    /// Decrypts the stored secret of a webhook. Returns `None` if it was encrypted with another key or was altered.
    pub fn decrypt(key: &SealingKey, webhook: Uuid, encrypted: &[u8]) -> Option<Self> {
        key.open(webhook.as_bytes(), encrypted).map(Self)
    }

    /// Returns the secret as the owner of the webhook receives it.
    pub fn to_text(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }

    /// Signs a message. `timestamp` is the time of sending in seconds since 1970.
    pub fn sign(&self, message_id: Uuid, timestamp: i64, body: &str) -> String {
        let content = format!("{message_id}.{timestamp}.{body}");
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), content.as_bytes());
        format!("v1,{}", STANDARD.encode(signature))
    }
}

/// Returns an encrypted secret as text, for a stored response. Nobody can sign messages with it.
pub fn encode_encrypted(encrypted: &[u8]) -> String {
    STANDARD.encode(encrypted)
}

/// Replaces the encrypted secret in the body of a stored response by the secret itself. Returns `None` if there is
/// none, or if it cannot be decrypted.
pub fn decrypt_in_body(key: &SealingKey, body: &[u8]) -> Option<Vec<u8>> {
    let mut webhook: Value = serde_json::from_slice(body).ok()?;
    let id: Uuid = webhook["id"].as_str()?.parse().ok()?;
    let encrypted = STANDARD.decode(webhook["secret"].as_str()?).ok()?;
    webhook["secret"] = Value::String(Secret::decrypt(key, id, &encrypted)?.to_text());
    serde_json::to_vec(&webhook).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_equals_the_published_example() {
        // The example is from the reference libraries of Standard Webhooks.
        let secret = Secret(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64"));
        let content = format!("{}.{}.{}", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret.0), content.as_bytes());
        assert_eq!(STANDARD.encode(signature), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
