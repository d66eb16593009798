//! Signed notes (C2SP signed-note): a text, a blank line, and signature lines. Only Ed25519 signatures are supported.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The byte that marks an Ed25519 key in verifier keys and key ids.
const ED25519_TYPE: u8 = 0x01;

/// The reasons why a note or a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text does not have the form of a signed note.
    #[error("this is not a signed note: it must be a text, an empty line and signature lines")]
    Malformed,
    /// The key cannot be parsed.
    #[error("this is not a verifier key: it must have the form NAME+ID+KEY, with an Ed25519 key")]
    InvalidKey,
    /// The note has no signature by this key.
    #[error("the note has no signature by this key")]
    NotSignedByKey,
    /// The note has a signature by this key, but for another text.
    #[error("the signature does not match the text of the note")]
    InvalidSignature,
}

/// A public key and the name under which it signs: the verifier key of C2SP signed-note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: [u8; 32],
}

/// A private key and the name under which it signs.
pub struct SigningKey {
    public: VerifyingKey,
    pair: Ed25519KeyPair,
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

impl VerifyingKey {
    /// Parses `NAME+ID+KEY`, as [`fmt::Display`] writes it.
    ///
    /// # Errors
    /// [`NoteError::InvalidKey`] if the text is not an Ed25519 verifier key, or its id does not match.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let (Some(name), Some(id), Some(key)) = (name, id, key) else { return Err(NoteError::InvalidKey) };
        let key = STANDARD.decode(key).map_err(|_| NoteError::InvalidKey)?;
        let [ED25519_TYPE, key @ ..] = key.as_slice() else { return Err(NoteError::InvalidKey) };
        let key = key.try_into().map_err(|_| NoteError::InvalidKey)?;
        let parsed = Self { name: name.to_owned(), key };
        if is_name(name) && hex::encode(parsed.id()) == id { Ok(parsed) } else { Err(NoteError::InvalidKey) }
    }

    /// Returns the name under which the key signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the key id: the first four bytes of the SHA-256 of name, line feed, type and key.
    fn id(&self) -> [u8; 4] {
        let mut context = Context::new(&SHA256);
        context.update(self.name.as_bytes());
        context.update(&[b'\n', ED25519_TYPE]);
        context.update(&self.key);
        let mut id = [0; 4];
        id.copy_from_slice(&context.finish().as_ref()[..4]);
        id
    }

    /// Verifies a note and returns its text. Signatures by other keys are ignored.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] if this is not a signed note; [`NoteError::NotSignedByKey`] or
    /// [`NoteError::InvalidSignature`] if no signature by this key matches.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let at = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
        let (text, signatures) = (&note[..=at], &note[at + 2..]);
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;
        let mut failure = NoteError::NotSignedByKey;
        for line in lines.split('\n') {
            let (name, bytes) = line.strip_prefix("— ").and_then(|l| l.split_once(' ')).ok_or(NoteError::Malformed)?;
            let bytes = STANDARD.decode(bytes).map_err(|_| NoteError::Malformed)?;
            let (id, signature) = bytes.split_at_checked(4).ok_or(NoteError::Malformed)?;
            if name != self.name || id != self.id() {
                continue;
            }
            if UnparsedPublicKey::new(&ED25519, &self.key).verify(text.as_bytes(), signature).is_ok() {
                return Ok(text);
            }
            failure = NoteError::InvalidSignature;
        }
        Err(failure)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519_TYPE], self.key.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl SigningKey {
    /// Makes a signing key from PKCS #8 and the name under which it signs.
    ///
    /// # Errors
    /// [`NoteError::InvalidKey`] if this is not an Ed25519 key, or if the name is empty or has white space or a plus
    /// sign.
    pub fn new(name: &str, pkcs8: &[u8]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| NoteError::InvalidKey)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| NoteError::InvalidKey)?;
        if !is_name(name) {
            return Err(NoteError::InvalidKey);
        }
        Ok(Self { public: VerifyingKey { name: name.to_owned(), key }, pair })
    }

    /// Returns the public key.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// Signs a text and returns the signed note. The text must end with a line feed.
    pub fn sign(&self, text: &str) -> String {
        let signed = [self.public.id().as_slice(), self.pair.sign(text.as_bytes()).as_ref()].concat();
        format!("{text}\n— {} {}\n", self.public.name, STANDARD.encode(signed))
    }
}
