//! Entry points for the fuzz targets: cursors of lists.

use super::cursor::{CursorCodec, CursorKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Decodes a cursor that a client sent, and encodes it again. The fuzz target compares both.
pub fn cursor(text: &str) {
    let codec = CursorCodec { key: CursorKey::new(b"fuzzing"), query: [7; 32] };
    if let Some(cursor) = codec.decode(text) {
        assert_eq!(codec.decode(&codec.encode(&cursor)), Some(cursor));
    }
}

/// Decodes a cursor with this content, as if the service had made it.
pub fn authentic_cursor(content: &[u8]) {
    let codec = CursorCodec { key: CursorKey::new(b"fuzzing"), query: [7; 32] };
    let _ = codec.decode(&URL_SAFE_NO_PAD.encode(codec.authenticated(content)));
}
