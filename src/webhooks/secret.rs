//! Secrets and signatures as Standard Webhooks has them: `whsec_` and 32 bytes in base64; HMAC-SHA256 over id, time and body.

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use uuid::Uuid;

use crate::api::{Problem, SealingKey};

/// A secret that messages are signed with.
pub struct Secret(Vec<u8>);

impl Secret {
    /// A new one.
    pub fn make() -> Result<Self, Problem> {
        let mut bytes = vec![0; 32];
        rand::fill(&mut bytes).map_err(|_| Problem::internal("no randomness"))?;
        Ok(Self(bytes))
    }

    /// As it is kept, for one webhook.
    pub fn close(&self, seal: &SealingKey, webhook: Uuid) -> Vec<u8> {
        seal.close(webhook.as_bytes(), &self.0)
    }

    /// One that was kept for a webhook; none where it was sealed with another key, or altered.
    pub fn open(seal: &SealingKey, webhook: Uuid, kept: &[u8]) -> Option<Self> {
        seal.open(webhook.as_bytes(), kept).map(Self)
    }

    /// As its keeper is shown it.
    pub fn shown(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }

    /// The signature of a message sent at a time, in seconds since 1970.
    pub fn sign(&self, message_id: Uuid, at: i64, body: &str) -> String {
        let signed = format!("{message_id}.{at}.{body}");
        let mark = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), signed.as_bytes());
        format!("v1,{}", STANDARD.encode(mark))
    }
}

/// A sealed secret as it stands in an answer that is kept: nobody can sign with it.
pub fn sealed(kept: &[u8]) -> String {
    STANDARD.encode(kept)
}

/// An answer with the sealed secret in it put in the open; none where there is none, or it does not open.
pub fn reveal(seal: &SealingKey, body: &[u8]) -> Option<Vec<u8>> {
    let mut webhook: Value = serde_json::from_slice(body).ok()?;
    let id: Uuid = webhook["id"].as_str()?.parse().ok()?;
    let kept = STANDARD.decode(webhook["secret"].as_str()?).ok()?;
    webhook["secret"] = Value::String(Secret::open(seal, id, &kept)?.shown());
    serde_json::to_vec(&webhook).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_published_example() {
        // The example of the Standard Webhooks libraries.
        let secret = Secret(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64"));
        let signed = format!("{}.{}.{}", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        let mark = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret.0), signed.as_bytes());
        assert_eq!(STANDARD.encode(mark), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
