//! Entry points for the fuzz targets: cursors of the change feed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::requests::FeedCursorKey;

/// Decrypts a cursor of a client, and encrypts it again.
pub fn cursor(text: &str) {
    let key = FeedCursorKey::new(b"fuzzing");
    if let Some(position) = key.decrypt(text) {
        assert_eq!(key.decrypt(&key.encrypt(&position)), Some(position));
    }
}

/// Decrypts a cursor with this content, as if the service had made it.
pub fn authentic_cursor(content: &[u8]) {
    let key = FeedCursorKey::new(b"fuzzing");
    let _ = key.decrypt(&URL_SAFE_NO_PAD.encode(key.seal(content)));
}
