//! What differs from run to run, made the same: ids, digests, entity tags, cursors. What takes their place is named by where
//! it was first seen, so that a new example leaves the others as they are.

use std::collections::HashMap;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;

/// The longest text and list that an example shows.
const TEXT: usize = 1500;
const LIST: usize = 4;

/// The ids seen so far, with what takes their places.
#[derive(Default)]
pub struct Stable {
    known: HashMap<String, String>,
}

impl Stable {
    /// The value with all that is unstable in it replaced; `at` names the place.
    pub fn value(&mut self, at: &str, value: &Value) -> Value {
        match value {
            Value::String(_) if at.ends_with("/next_cursor") => Value::String(cursor(at)),
            Value::Number(_) if at.ends_with("/duration_ms") => 12.into(),
            // Of what has ids in it.
            Value::String(digest) if digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Value::String(self.known.entry(digest.clone()).or_insert_with(|| digest_of(at)).clone())
            }
            Value::String(text) => Value::String(self.text(at, text)),
            Value::Array(items) => {
                items.iter().enumerate().map(|(n, item)| self.value(&format!("{at}/{n}"), item)).collect()
            }
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| (self.text(at, name), self.value(&format!("{at}/{name}"), member)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    /// The same of a text.
    pub fn text(&mut self, at: &str, text: &str) -> String {
        let mut made = String::with_capacity(text.len());
        let (mut rest, mut n) = (text, 0);
        while let Some(c) = rest.chars().next() {
            if let Some(id) = rest.get(..36).filter(|part| is_id(part)) {
                n += 1;
                let stable = || id_of(&format!("{at} {n}"));
                made.push_str(self.known.entry(id.to_owned()).or_insert_with(stable));
                rest = &rest[36..];
            } else if let Some(token) = opaque(rest).filter(|_| !made.ends_with(is_of_token)) {
                n += 1;
                let stable = || alike(token, &format!("{at} {n}"));
                made.push_str(self.known.entry(token.to_owned()).or_insert_with(stable));
                rest = &rest[token.len()..];
            } else {
                made.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        made
    }

    /// An entity tag: its version stays.
    pub fn tag(&self, at: &str, tag: &str) -> String {
        match tag.rsplit_once('-') {
            Some((version, _)) => format!("{version}-{}\"", &digest_of(at)[..16]),
            None => tag.to_owned(),
        }
    }
}

/// Long texts and lists cut short; whether one was.
pub fn cut(value: &Value, text: Option<usize>) -> (Value, bool) {
    let most = text.unwrap_or(TEXT);
    let mut was_cut = false;
    let mut inner = |value: &Value| {
        let (value, cut) = cut(value, text);
        was_cut |= cut;
        value
    };
    let value = match value {
        Value::String(whole) if whole.len() > most => {
            let end = whole.floor_char_boundary(most);
            let end = whole[..end].rfind('\n').map_or(end, |line| line + 1);
            return (Value::String(format!("{}…", &whole[..end])), true);
        }
        Value::Array(items) => {
            let shown: Vec<Value> = items.iter().take(LIST).map(&mut inner).collect();
            was_cut |= items.len() > LIST;
            Value::Array(shown)
        }
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, member)| (name.clone(), inner(member))).collect())
        }
        other => other.clone(),
    };
    (value, was_cut)
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=')
}

/// A digest or a signature that a text begins with: longer than words are.
fn opaque(text: &str) -> Option<&str> {
    let token = &text[..text.find(|c| !is_of_token(c)).unwrap_or(text.len())];
    (token.len() >= 43).then_some(token)
}

/// Another of the same form and length.
fn alike(token: &str, at: &str) -> String {
    let hexadecimal = token.bytes().all(|byte| byte.is_ascii_hexdigit());
    let padding = token.len() - token.trim_end_matches('=').len();
    let mut made = String::new();
    while made.len() < token.len() - padding {
        let more = digest::digest(&digest::SHA256, format!("{at}{}", made.len()).as_bytes());
        made.push_str(&if hexadecimal { hex::encode(more) } else { STANDARD_NO_PAD.encode(more) });
    }
    made.truncate(token.len() - padding);
    made + &"=".repeat(padding)
}

fn is_id(part: &str) -> bool {
    let hyphens = |at: usize| [8, 13, 18, 23].contains(&at);
    part.bytes().enumerate().all(|(at, byte)| if hyphens(at) { byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// A UUID of version 7 (RFC 9562), made at noon on 22 March 2022, whose random part is named by a place.
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
