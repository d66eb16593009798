//! The secrets in the addresses of calendars. The database has only their digests.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::api::{Problem, SealingKey};

/// The key that encrypts secrets in stored responses, so that a repeated request gets the same address and nobody who
/// reads the table does.
#[derive(Debug)]
pub struct CalendarKey(SealingKey);

impl CalendarKey {
    /// Derives the key from the service's secret.
    pub fn new(secret: &[u8]) -> Self {
        Self(SealingKey::new(secret, "section55 calendars v1"))
    }
}

/// Generates the secret of a new calendar: 32 random bytes in hexadecimal.
///
/// # Errors
/// 500 if the random number generator fails.
pub fn generate() -> Result<String, Problem> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| Problem::internal("the random number generator failed"))?;
    Ok(hex::encode(bytes))
}

/// Returns the digest by which the database knows a secret. A secret has 256 random bits, so it needs no slow digest.
pub fn sha256(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// Returns the path of the calendar with this secret.
fn address(secret: &str) -> String {
    format!("/calendars/{secret}.ics")
}

/// Encrypts a secret for the stored response of the request that made the calendar `id`.
pub fn encrypt(key: &CalendarKey, id: uuid::Uuid, secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(key.0.seal(id.as_bytes(), secret.as_bytes()))
}

/// Replaces the encrypted secret in the body of a stored response by the address. Returns `None` if there is none, or if
/// it cannot be decrypted.
pub fn decrypt_in_body(key: &CalendarKey, body: &[u8]) -> Option<Vec<u8>> {
    let mut calendar: Value = serde_json::from_slice(body).ok()?;
    let id: uuid::Uuid = calendar["id"].as_str()?.parse().ok()?;
    let encrypted = URL_SAFE_NO_PAD.decode(calendar["address"].as_str()?).ok()?;
    let secret = String::from_utf8(key.0.open(id.as_bytes(), &encrypted)?).ok()?;
    calendar["address"] = Value::String(address(&secret));
    serde_json::to_vec(&calendar).ok()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_stored_response_gives_the_address_only_with_the_key_and_for_its_own_calendar() {
        let (key, id) = (CalendarKey::new(b"one"), Uuid::from_u128(1));
        let secret = generate().expect("a secret");
        assert_eq!(secret.len(), 64);
        let body = |id: Uuid| serde_json::json!({ "id": id, "address": encrypt(&key, Uuid::from_u128(1), &secret) });
        assert!(!body(id).to_string().contains(&secret));
        let opened = decrypt_in_body(&key, body(id).to_string().as_bytes()).expect("an address");
        assert_eq!(serde_json::from_slice::<Value>(&opened).expect("JSON")["address"], address(&secret));
        assert_eq!(decrypt_in_body(&CalendarKey::new(b"two"), body(id).to_string().as_bytes()), None);
        assert_eq!(decrypt_in_body(&key, body(Uuid::from_u128(2)).to_string().as_bytes()), None);
    }
}
