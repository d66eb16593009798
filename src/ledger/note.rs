//! Signed notes (C2SP signed-note): a text, a blank line, and signatures by name and key id; Ed25519 alone.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The signature type of a plain Ed25519 signature in keys and key ids.
const ED25519_TYPE: u8 = 0x01;

/// Why a note or a key is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It cannot be read as one.
    #[error("this is not a signed note")]
    Malformed,
    /// The key cannot be read.
    #[error("this is not a key: NAME+ID+KEY is one, of Ed25519")]
    Key,
    /// No signature is by this key.
    #[error("no signature is by this key")]
    OtherKey,
    /// The signature is not of this text.
    #[error("the signature does not match the text")]
    Signature,
}

/// A public key with the name it signs under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: [u8; 32],
}

/// A key that signs, with the name it signs under.
pub struct SigningKey {
    public: VerifyingKey,
    pair: Ed25519KeyPair,
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

impl VerifyingKey {
    /// Reads `NAME+ID+KEY`.
    pub fn read(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let (Some(name), Some(id), Some(key)) = (name, id, key) else { return Err(NoteError::Key) };
        let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let [ED25519_TYPE, key @ ..] = key.as_slice() else { return Err(NoteError::Key) };
        let key = key.try_into().map_err(|_| NoteError::Key)?;
        let read = Self { name: name.to_owned(), key };
        if is_name(name) && hex::encode(read.id()) == id { Ok(read) } else { Err(NoteError::Key) }
    }

    /// The name it signs under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of the SHA-256 of name, line feed, type and key.
    fn id(&self) -> [u8; 4] {
        let mut context = Context::new(&SHA256);
        context.update(self.name.as_bytes());
        context.update(&[b'\n', ED25519_TYPE]);
        context.update(&self.key);
        let mut id = [0; 4];
        id.copy_from_slice(&context.finish().as_ref()[..4]);
        id
    }

    /// The text of a note that this key signed.
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let at = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
        let (text, signatures) = (&note[..=at], &note[at + 2..]);
        let lines = signatures.strip_suffix('\n').ok_or(NoteError::Malformed)?;
        let mut outcome = NoteError::OtherKey;
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
            outcome = NoteError::Signature;
        }
        Err(outcome)
    }
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519_TYPE], self.key.as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl SigningKey {
    /// A key in PKCS #8 with the name it is to sign under, which has no white space and no plus sign.
    pub fn new(name: &str, pkcs8: &[u8]) -> Result<Self, NoteError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| NoteError::Key)?;
        let key = pair.public_key().as_ref().try_into().map_err(|_| NoteError::Key)?;
        if !is_name(name) {
            return Err(NoteError::Key);
        }
        Ok(Self { public: VerifyingKey { name: name.to_owned(), key }, pair })
    }

    /// Its public half.
    pub fn public(&self) -> &VerifyingKey {
        &self.public
    }

    /// A text, which ends with a line feed, as a note signed by this key.
    pub fn sign(&self, text: &str) -> String {
        let signed = [self.public.id().as_slice(), self.pair.sign(text.as_bytes()).as_ref()].concat();
        format!("{text}\n— {} {}\n", self.public.name, STANDARD.encode(signed))
    }
}
