//! JSON in its one canonical form (RFC 8785), so that who checks a digest years later makes the same bytes; and digests.

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;

/// The canonical text of a value whose numbers are whole, as all numbers of the log are (RFC 8785 §3.2).
pub fn canonical(value: &Value) -> String {
    let mut text = Vec::new();
    write(value, &mut text);
    // JSON is UTF-8: nothing is lost.
    String::from_utf8(text).unwrap_or_default()
}

fn write(value: &Value, to: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // By UTF-16 code units (RFC 8785 §3.2.3); plain letters are in that order by their bytes too.
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
                plain(name, to);
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
        value => plain(value, to),
    }
}

/// Strings are escaped as RFC 8785 §3.2.2.2 says; literals and whole numbers have one form.
fn plain(value: &(impl serde::Serialize + ?Sized), to: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let _ = serde_json::to_writer(to, value);
}

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    salted(&[], bytes)
}

/// The SHA-256 of a salt and some bytes after it, in lower-case hexadecimal.
pub fn salted(salt: &[u8], bytes: &[u8]) -> String {
    let mut context = Context::new(&SHA256);
    context.update(salt);
    context.update(bytes);
    hex::encode(context.finish())
}
