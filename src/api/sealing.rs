//! What the service hands out or stores and must neither be read nor altered elsewhere: sealed with a key made from the
//! service's secret for one purpose.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use aws_lc_rs::hmac;

/// A key for one purpose: AES-256-GCM, and a key that nonces are made with. The same text gives the same seal.
#[derive(Debug)]
pub struct SealingKey {
    key: LessSafeKey,
    nonces: hmac::Key,
}

impl SealingKey {
    /// Derives the keys from the service's secret by HKDF-SHA256 (RFC 5869); the purpose tells them from all others.
    pub fn new(secret: &[u8], purpose: &'static str) -> Self {
        let root = Salt::new(HKDF_SHA256, b"section55").extract(secret);
        let (sealing, nonces) = ([purpose.as_bytes(), b"seal"], [purpose.as_bytes(), b"nonce"]);
        let sealing = root.expand(&sealing, &AES_256_GCM).expect("HKDF gives 32 bytes");
        let nonces = root.expand(&nonces, hmac::HMAC_SHA256).expect("HKDF gives 32 bytes");
        Self { key: LessSafeKey::new(UnboundKey::from(sealing)), nonces: hmac::Key::from(nonces) }
    }

    /// Seals a text, bound to what it belongs to: it opens there alone.
    pub fn close(&self, bound: &[u8], text: &[u8]) -> Vec<u8> {
        // Made of what is sealed, so that no two texts share one and none needs to be remembered.
        let mut of = hmac::Context::with_key(&self.nonces);
        of.update(&(bound.len() as u64).to_be_bytes());
        of.update(bound);
        of.update(text);
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&of.sign().as_ref()[..NONCE_LEN]);
        let mut sealed = text.to_vec();
        let tag =
            self.key.seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut sealed);
        let tag = tag.expect("a text is shorter than GCM's limit");
        [&nonce, sealed.as_slice(), tag.as_ref()].concat()
    }

    /// What was sealed; none where it was altered, or belongs elsewhere.
    pub fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut rest = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.key.open_in_place(nonce, Aad::from(bound), &mut rest).ok()?;
        Some(text.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::SealingKey;

    #[test]
    fn a_seal_opens_where_it_belongs_and_nowhere_else() {
        let seal = SealingKey::new(b"a secret", "one");
        let closed = seal.close(b"here", b"words");
        assert_eq!(seal.open(b"here", &closed).as_deref(), Some(&b"words"[..]));
        assert_eq!(closed, seal.close(b"here", b"words"));
        assert!(!closed.windows(5).any(|part| part == b"words"));
        assert_eq!(seal.open(b"there", &closed), None);
        for (secret, purpose) in [(&b"a secret"[..], "two"), (b"another", "one")] {
            assert_eq!(SealingKey::new(secret, purpose).open(b"here", &closed), None);
        }
        for at in 0..closed.len() {
            let mut bent = closed.clone();
            bent[at] ^= 1;
            assert_eq!(seal.open(b"here", &bent), None, "{at}");
            assert_eq!(seal.open(b"here", &closed[..at]), None, "{at}");
        }
    }
}
