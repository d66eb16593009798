//! JSON in its one canonical form (RFC 8785), so that who checks a digest years later makes the same bytes; and digests.

use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;

/// The canonical text of a value whose numbers are whole, as all numbers of the log are (RFC 8785 §3.2).
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, to: &mut String) {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // By UTF-16 code units (RFC 8785 §3.2.3).
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            to.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                if at > 0 {
                    to.push(',');
                }
                write(&Value::String(name.clone()), to);
                to.push(':');
                write(value, to);
            }
            to.push('}');
        }
        Value::Array(items) => {
            to.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    to.push(',');
                }
                write(item, to);
            }
            to.push(']');
        }
        // Strings are escaped as RFC 8785 §3.2.2.2 says; literals and whole numbers have one form.
        plain => to.push_str(&plain.to_string()),
    }
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
