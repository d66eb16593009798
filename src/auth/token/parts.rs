//! A token taken apart, strictly (RFC 7515, RFC 8725): size, three parts, base64url, JSON without repeated names, and
//! the rules for the header. Nothing of it may be believed until the signature has been checked.

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Refused;

/// The longest token accepted, in bytes.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// The longest text accepted of a header, in characters.
const MAX_HEADER_TEXT: usize = 128;

/// Parameters that change what is verified or with which key: a token may not choose either.
const FORBIDDEN: [&str; 8] = ["crit", "jku", "jwk", "x5u", "x5c", "b64", "enc", "zip"];

/// A token as sent; not to be believed yet.
pub struct Parts<'a> {
    /// What the signature is over.
    pub signed: &'a str,
    /// The header's parameters that matter.
    pub header: Header,
    /// The claims, unchecked.
    pub claims: Map<String, Value>,
    /// The signature in base64url.
    pub signature: &'a str,
}

/// The parameters of a header that matter (RFC 7515 section 4.1).
pub struct Header {
    /// `alg`.
    pub algorithm: String,
    /// `typ`.
    pub kind: Option<String>,
    /// `kid`.
    pub key: Option<String>,
}

impl<'a> Parts<'a> {
    /// Takes `token` apart.
    pub fn of(token: &'a str) -> Result<Self, Refused> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refused::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::NotThreeParts)?;
        let (header, claims) = signed.split_once('.').ok_or(Refused::NotThreeParts)?;
        if claims.contains('.') {
            return Err(Refused::NotThreeParts);
        }
        let header = Header::of(&object(header, "header")?)?;
        Ok(Self { signed, header, claims: object(claims, "claims")?, signature })
    }
}

impl Header {
    fn of(header: &Map<String, Value>) -> Result<Self, Refused> {
        if let Some(name) = FORBIDDEN.into_iter().find(|name| header.contains_key(*name)) {
            return Err(Refused::Forbidden(name));
        }
        Ok(Self {
            algorithm: text(header, "alg")?.ok_or(Refused::Header("alg"))?,
            kind: text(header, "typ")?,
            key: text(header, "kid")?,
        })
    }
}

fn text(header: &Map<String, Value>, name: &'static str) -> Result<Option<String>, Refused> {
    match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.chars().count() <= MAX_HEADER_TEXT => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(Refused::Header(name)),
    }
}

fn object(encoded: &str, part: &'static str) -> Result<Map<String, Value>, Refused> {
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| Refused::Encoding(part))?;
    serde_json::from_slice::<Unrepeated>(&json).map_err(|_| Refused::Json(part))?;
    serde_json::from_slice(&json).map_err(|_| Refused::Json(part))
}

/// JSON in which no object names a member twice, at any depth; readers differ in which of the two they take.
struct Unrepeated;

impl<'de> Deserialize<'de> for Unrepeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UnrepeatedVisitor)
    }
}

struct UnrepeatedVisitor;

impl<'de> Visitor<'de> for UnrepeatedVisitor {
    type Value = Unrepeated;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("JSON whose names are unique")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unrepeated, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, Unrepeated)) = map.next_entry::<String, _>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name is repeated"));
            }
        }
        Ok(Unrepeated)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unrepeated, A::Error> {
        while let Some(Unrepeated) = items.next_element()? {}
        Ok(Unrepeated)
    }

    fn visit_unit<E>(self) -> Result<Unrepeated, E> {
        Ok(Unrepeated)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unrepeated, E> {
        Ok(Unrepeated)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unrepeated, E> {
        Ok(Unrepeated)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unrepeated, E> {
        Ok(Unrepeated)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unrepeated, E> {
        Ok(Unrepeated)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unrepeated, E> {
        Ok(Unrepeated)
    }
}
