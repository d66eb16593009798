//! Cursors of lists: the position of the last record of a page, authenticated so that a client cannot change it.

use aws_lc_rs::{constant_time, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The number of bytes of the authentication tag in a cursor.
const TAG_LENGTH: usize = 16;

/// The position of a record in a list: its sort keys and its id, as text.
pub type Cursor = Vec<String>;

/// The key that authenticates cursors. All instances of the service derive the same key.
#[derive(Clone, Debug)]
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// Derives the key from the service's secret.
    pub fn new(secret: &[u8]) -> Self {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret);
        Self(hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&secret, b"section55 cursor v1").as_ref()))
    }
}

/// Encodes and decodes the cursors of one query. A cursor of another query does not decode.
#[derive(Clone, Debug)]
pub(super) struct CursorCodec {
    pub(super) key: CursorKey,
    /// A digest of the path, filters and order.
    pub(super) query: [u8; 32],
}

impl CursorCodec {
    /// Returns the cursor as clients receive it, in base64url.
    pub(super) fn encode(&self, cursor: &Cursor) -> String {
        let json = serde_json::to_vec(cursor).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(self.authenticated(&json))
    }

    /// Returns the content of a cursor after its authentication tag.
    pub(super) fn authenticated(&self, json: &[u8]) -> Vec<u8> {
        [&self.tag(json).as_ref()[..TAG_LENGTH], json].concat()
    }

    /// Returns the cursor, or `None` if it was altered or belongs to another query.
    pub(super) fn decode(&self, text: &str) -> Option<Cursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, json) = bytes.split_at_checked(TAG_LENGTH)?;
        constant_time::verify_slices_are_equal(tag, &self.tag(json).as_ref()[..TAG_LENGTH]).ok()?;
        serde_json::from_slice(json).ok()
    }

    fn tag(&self, json: &[u8]) -> hmac::Tag {
        hmac::sign(&self.key.0, &[self.query.as_slice(), json].concat())
    }
}
