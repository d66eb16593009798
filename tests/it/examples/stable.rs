//! Replaces values that differ from run to run: ids, digests, ETags, cursors. A replacement depends on the position at
//! which the value first occurs, so that a new example does not change the others.

use std::collections::HashMap;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

/// The longest text, in bytes, and the longest list of an example.
const TEXT: usize = 1500;
const LIST: usize = 4;

/// What is before the secret in the address of a calendar.
const CALENDARS: &str = "/calendars/";

/// The values seen so far, with their replacements.
#[derive(Default)]
pub struct StableValues {
    replacements: HashMap<String, String>,
}

impl StableValues {
    /// Returns a JSON value with its unstable parts replaced. `at` is its position.
    pub fn value(&mut self, at: &str, value: &Value) -> Value {
        match value {
            Value::String(_) if ["/next_cursor", "/newest_cursor", "/after"].iter().any(|end| at.ends_with(end)) => {
                Value::String(cursor(at))
            }
            Value::Number(_) if at.ends_with("/duration_ms") => 12.into(),
            // A digest of content that holds ids.
            Value::String(digest) if digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Value::String(self.replacements.entry(digest.clone()).or_insert_with(|| digest_of(at)).clone())
            }
            Value::String(text) => Value::String(self.text(at, text)),
            Value::Array(items) => {
                items.iter().enumerate().map(|(n, evidence)| self.value(&format!("{at}/{n}"), evidence)).collect()
            }
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| (self.text(at, name), self.value(&format!("{at}/{name}"), member)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    /// Returns a text with its ids, digests and signatures replaced.
    pub fn text(&mut self, at: &str, text: &str) -> String {
        let mut stable = String::with_capacity(text.len());
        let (mut rest, mut n) = (text, 0);
        while let Some(c) = rest.chars().next() {
            if let Some(id) = rest.get(..36).filter(|part| is_id(part)) {
                n += 1;
                let replacement = || id_of(&format!("{at} {n}"));
                stable.push_str(self.replacements.entry(id.to_owned()).or_insert_with(replacement));
                rest = &rest[36..];
            } else if let Some(secret) = rest.strip_prefix(CALENDARS).and_then(opaque_token) {
                let replacement = || token_like(secret, at);
                stable.push_str(CALENDARS);
                stable.push_str(self.replacements.entry(secret.to_owned()).or_insert_with(replacement));
                rest = &rest[CALENDARS.len() + secret.len()..];
            } else if let Some(token) = opaque_token(rest).filter(|_| !stable.ends_with(is_token_character)) {
                n += 1;
                let replacement = || token_like(token, &format!("{at} {n}"));
                stable.push_str(self.replacements.entry(token.to_owned()).or_insert_with(replacement));
                rest = &rest[token.len()..];
            } else {
                stable.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        stable
    }

    /// Returns an ETag with its digest replaced. The version stays.
    pub fn etag(&self, at: &str, etag: &str) -> String {
        match etag.rsplit_once('-') {
            Some((version, _)) => format!("{version}-{}\"", &digest_of(at)[..16]),
            None => etag.to_owned(),
        }
    }
}

/// Shortens long texts and lists. Returns whether it shortened any.
pub fn shorten(value: &Value, longest_text: Option<usize>) -> (Value, bool) {
    let limit = longest_text.unwrap_or(TEXT);
    let mut shortened = false;
    let mut inner = |value: &Value| {
        let (value, is_shortened) = shorten(value, longest_text);
        shortened |= is_shortened;
        value
    };
    let value = match value {
        Value::String(text) if text.len() > limit => {
            let end = text.floor_char_boundary(limit);
            let end = text[..end].rfind('\n').map_or(end, |line| line + 1);
            return (Value::String(format!("{}…", &text[..end])), true);
        }
        Value::Array(items) => {
            let shown: Vec<Value> = items.iter().take(LIST).map(&mut inner).collect();
            shortened |= items.len() > LIST;
            Value::Array(shown)
        }
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), inner(member))).collect())
        }
        other => other.clone(),
    };
    (value, shortened)
}

fn is_token_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

/// Returns the digest or signature that a text begins with: at least 43 characters, longer than any word.
fn opaque_token(text: &str) -> Option<&str> {
    let token = &text[..text.find(|c| !is_token_character(c)).unwrap_or(text.len())];
    (token.len() >= 43).then_some(token)
}

/// Returns another token of the same form and length.
fn token_like(token: &str, at: &str) -> String {
    let hexadecimal = token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let padding = token.len() - token.trim_end_matches('=').len();
    let mut other = String::new();
    while other.len() < token.len() - padding {
        let more = digest::digest(&digest::SHA256, format!("{at}{}", other.len()).as_bytes());
        other.push_str(&if hexadecimal { hex::encode(more) } else { STANDARD_NO_PAD.encode(more) });
    }
    other.truncate(token.len() - padding);
    other + &"=".repeat(padding)
}

fn is_id(part: &str) -> bool {
    let hyphens = |at: usize| [8, 13, 18, 23].contains(&at);
    part.bytes().enumerate().all(|(at, byte)| if hyphens(at) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Returns a UUID of version 7 (RFC 9562) of noon on 22 March 2022 whose random part depends on a position.
fn id_of(at: &str) -> String {
    let digest = digest_of(at);
    format!("017fb17f-8a00-7{}-8{}-{}", &digest[..3], &digest[3..6], &digest[6..18])
}

fn cursor(at: &str) -> String {
    digest_of(at)[..40].to_owned()
}

fn digest_of(at: &str) -> String {
    hex::encode(digest::digest(&digest::SHA256, at.as_bytes()))
}
