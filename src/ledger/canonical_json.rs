//! Canonical JSON (RFC 8785) and digests. Anyone who checks a digest years later must produce the same bytes.

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;

/// Returns the canonical JSON of a value. All numbers must be whole, as they are in the log (RFC 8785 §3.2).
pub fn canonical_json(value: &Value) -> String {
    let mut text = Vec::new();
    write(value, &mut text);
    // JSON is always UTF-8, so this never takes the default.
    String::from_utf8(text).unwrap_or_default()
}

fn write(value: &Value, to: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // Names sort by UTF-16 code units (RFC 8785 §3.2.3). For ASCII names, that is the order of their bytes.
            if members.iter().all(|(name, _)| name.is_ascii()) {
                members.sort_by_key(|(name, _)| name.as_str());
            } else {
                members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            }
            to.push(b'{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    to.push(b',');
                }
                write_scalar(name, to);
                to.push(b':');
                write(value, to);
            }
            to.push(b'}');
        }
        Value::Array(items) => {
            to.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    to.push(b',');
                }
                write(item, to);
            }
            to.push(b']');
        }
        value => write_scalar(value, to),
    }
}

/// Writes a string, literal or whole number. serde_json escapes strings as RFC 8785 §3.2.2.2 requires.
fn write_scalar(value: &(impl serde::Serialize + ?Sized), to: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(to, value);
}

/// Returns the SHA-256 of some bytes in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    salted_digest(&[], bytes)
}

/// Returns the SHA-256 of a salt followed by some bytes, in lower-case hexadecimal.
pub fn salted_digest(salt: &[u8], bytes: &[u8]) -> String {
    let mut context = Context::new(&SHA256);
    context.update(salt);
    context.update(bytes);
    hex::encode(context.finish())
}
