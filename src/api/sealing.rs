//! Authenticated encryption (AEAD) of values that the service sends to clients or stores. The keys are derived from the
//! service's secret.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;

/// A key for one purpose: an AES-256-GCM key, and an HMAC key from which nonces are made. Encryption is deterministic.
#[derive(Debug)]
pub struct SealingKey {
    key: LessSafeKey,
    nonces: hmac::Key,
}

impl SealingKey {
    /// Derives the keys from the service's secret by HKDF-SHA256 (RFC 5869). Each purpose gets different keys.
    pub fn new(secret: &[u8], purpose: &'static str) -> Self {
        let root = Salt::new(HKDF_SHA256, b"section55").extract(secret);
        let (sealing, nonces) = ([purpose.as_bytes(), b"seal"], [purpose.as_bytes(), b"nonce"]);
        let sealing = root.expand(&sealing, &AES_256_GCM).expect("HKDF-SHA256 can derive a 32-byte key");
        let nonces = root.expand(&nonces, hmac::HMAC_SHA256).expect("HKDF-SHA256 can derive a 32-byte key");
        Self { key: LessSafeKey::new(UnboundKey::from(sealing)), nonces: hmac::Key::from(nonces) }
    }

    /// Encrypts a value with `context` as its associated data, and returns nonce, ciphertext and authentication tag.
    pub fn seal(&self, context: &[u8], plaintext: &[u8]) -> Vec<u8> {
        // The nonce is an HMAC of the context and the plaintext. Two different values thus have different nonces, and
        // no counter has to be stored.
        let mut input = hmac::Context::with_key(&self.nonces);
        input.update(&(context.len() as u64).to_be_bytes());
        input.update(context);
        input.update(plaintext);
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&input.sign().as_ref()[..NONCE_LEN]);
        let mut ciphertext = plaintext.to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        let tag = self.key.seal_in_place_separate_tag(unique, Aad::from(context), &mut ciphertext);
        let tag = tag.expect("the value is shorter than the limit of AES-GCM");
        [&nonce, ciphertext.as_slice(), tag.as_ref()].concat()
    }

    /// Decrypts a sealed value, or returns `None` if it was altered or sealed with another key or context.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut rest = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plaintext = self.key.open_in_place(nonce, Aad::from(context), &mut rest).ok()?;
        Some(plaintext.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_with_its_own_key_and_context() {
        let key = SealingKey::new(b"a secret", "one");
        let sealed = key.seal(b"here", b"words");
        assert_eq!(key.open(b"here", &sealed).as_deref(), Some(&b"words"[..]));
        assert_eq!(sealed, key.seal(b"here", b"words"));
        assert!(!sealed.windows(5).any(|part| part == b"words"));
        assert_eq!(key.open(b"there", &sealed), None);
        for (secret, purpose) in [(&b"a secret"[..], "two"), (b"another", "one")] {
            assert_eq!(SealingKey::new(secret, purpose).open(b"here", &sealed), None);
        }
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(key.open(b"here", &altered), None, "{at}");
            assert_eq!(key.open(b"here", &sealed[..at]), None, "{at}");
        }
    }
}
