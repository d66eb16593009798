//! Decodes a token strictly (RFC 7515, RFC 8725): size, three parts, base64url, JSON without repeated names, and the
//! rules for the header. Nothing in it can be trusted until the signature is verified.

use std::collections::HashSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::{MAX_TOKEN_BYTES, TokenError};

/// The longest accepted text of a header parameter, in characters.
const MAX_HEADER_TEXT: usize = 128;

/// Header parameters that change what is verified or with which key. A token may choose neither.
const FORBIDDEN: [&str; 8] = ["crit", "jku", "jwk", "x5u", "x5c", "b64", "enc", "zip"];

/// A decoded token that is not verified yet.
pub struct DecodedToken<'a> {
    /// The token as it was sent.
    pub text: &'a str,
    /// The part that the signature covers.
    pub signed: &'a str,
    /// The header parameters that the service uses.
    pub header: Header,
    /// The claims, unchecked.
    pub claims: Map<String, Value>,
    /// The signature in base64url.
    pub signature: &'a str,
}

/// The header parameters that the service uses (RFC 7515 section 4.1).
pub struct Header {
    /// `alg`.
    pub algorithm: String,
    /// `typ`.
    pub token_type: Option<String>,
    /// `kid`.
    pub key_id: Option<String>,
}

impl<'a> DecodedToken<'a> {
    /// Decodes a token.
    ///
    /// # Errors
    /// [`TokenError`] for the first rule of the format that the token breaks.
    pub fn decode(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLong);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::NotThreeParts)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::NotThreeParts)?;
        if claims.contains('.') {
            return Err(TokenError::NotThreeParts);
        }
        let header = Header::new(&object(header, "header")?)?;
        Ok(Self { text: token, signed, header, claims: object(claims, "claims")?, signature })
    }
}

impl Header {
    fn new(header: &Map<String, Value>) -> Result<Self, TokenError> {
        if let Some(name) = FORBIDDEN.into_iter().find(|name| header.contains_key(*name)) {
            return Err(TokenError::ForbiddenParameter(name));
        }
        Ok(Self {
            algorithm: text(header, "alg")?.ok_or(TokenError::MalformedParameter("alg"))?,
            token_type: text(header, "typ")?,
            key_id: text(header, "kid")?,
        })
    }
}

fn text(header: &Map<String, Value>, name: &'static str) -> Result<Option<String>, TokenError> {
    match header.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.chars().count() <= MAX_HEADER_TEXT => {
            Ok(Some(text.clone()))
        }
        Some(_) => Err(TokenError::MalformedParameter(name)),
    }
}

fn object(encoded: &str, part: &'static str) -> Result<Map<String, Value>, TokenError> {
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| TokenError::Encoding(part))?;
    serde_json::from_slice::<UniqueNames>(&json).map_err(|_| TokenError::Json(part))?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Json(part))
}

/// JSON in which no object, at any depth, has two members of the same name. JSON readers differ in which of the two
/// they use.
struct UniqueNames;

impl<'de> Deserialize<'de> for UniqueNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueNamesVisitor)
    }
}

struct UniqueNamesVisitor;

impl<'de> Visitor<'de> for UniqueNamesVisitor {
    type Value = UniqueNames;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("JSON without repeated names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UniqueNames, A::Error> {
        let mut names = HashSet::new();
        while let Some((name, UniqueNames)) = map.next_entry::<String, _>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name is repeated"));
            }
        }
        Ok(UniqueNames)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<UniqueNames, A::Error> {
        while let Some(UniqueNames) = items.next_element()? {}
        Ok(UniqueNames)
    }

    fn visit_unit<E>(self) -> Result<UniqueNames, E> {
        Ok(UniqueNames)
    }

    fn visit_bool<E>(self, _: bool) -> Result<UniqueNames, E> {
        Ok(UniqueNames)
    }

    fn visit_i64<E>(self, _: i64) -> Result<UniqueNames, E> {
        Ok(UniqueNames)
    }

    fn visit_u64<E>(self, _: u64) -> Result<UniqueNames, E> {
        Ok(UniqueNames)
    }

    fn visit_f64<E>(self, _: f64) -> Result<UniqueNames, E> {
        Ok(UniqueNames)
    }

    fn visit_str<E>(self, _: &str) -> Result<UniqueNames, E> {
        Ok(UniqueNames)
    }
}
