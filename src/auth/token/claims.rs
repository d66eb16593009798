//! What a token claims, checked against its issuer's configuration and the time (RFC 7519 section 4, RFC 9068).
//! Only the claims of a token whose signature is right come to `check`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{Issuer, Refused};

/// How far the issuer's clock may differ from ours: 30 seconds.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// The longest subject, issuer or name, in characters.
const MAX_TEXT: usize = 255;
/// The last second of the year 9999, the end of RFC 3339; in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// Who a token speaks for, before roles are understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who says so: `iss`.
    pub issuer: String,
    /// The person or program, unique within the issuer.
    pub subject: String,
    /// What to call them; nothing where the token gives none fit to show.
    pub name: Option<String>,
    /// The names of roles, as given.
    pub roles: Vec<String>,
    /// The codes of areas, as given.
    pub areas: Vec<String>,
    /// The instant the token ends at, in UTC and to the microsecond, leeway not added.
    pub expires_at: DateTime<Utc>,
}

/// The `iss` of claims not yet believed, to find whose keys to check them with.
pub fn issuer(claims: &Map<String, Value>) -> Result<&str, Refused> {
    required_text(claims, "iss", "iss")
}

/// Whom the claims speak for at the instant `now`, or the first rule they break.
pub fn check(issuer: &Issuer, claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<Claims, Refused> {
    check_audience(issuer, claims)?;
    let expires_at = instant(claims, "exp")?.ok_or(Refused::MissingClaim("exp"))?;
    if now >= expires_at + LEEWAY {
        return Err(Refused::Expired);
    }
    if instant(claims, "nbf")?.is_some_and(|start| start > now + LEEWAY) {
        return Err(Refused::NotYetValid);
    }
    if instant(claims, "iat")?.is_some_and(|issued| issued > now + LEEWAY) {
        return Err(Refused::IssuedInFuture);
    }
    // `sub` is required even where another claim names the subject, as Entra's `oid` does.
    required_text(claims, "sub", "sub")?;
    Ok(Claims {
        issuer: issuer.issuer.clone(),
        subject: required_text(claims, &issuer.claims.subject, "subject")?.to_owned(),
        name: name(claims, &issuer.claims.name)?,
        roles: list(claims, &issuer.claims.roles, "roles")?,
        areas: list(claims, &issuer.claims.areas, "areas")?,
        expires_at,
    })
}

fn check_audience(issuer: &Issuer, claims: &Map<String, Value>) -> Result<(), Refused> {
    let ours = |audience: &str| issuer.audiences.iter().any(|ours| ours == audience);
    let for_us = match claims.get("aud") {
        None => return Err(Refused::MissingClaim("aud")),
        Some(Value::String(audience)) => ours(audience),
        Some(Value::Array(audiences)) => texts(audiences, "aud")?.into_iter().any(ours),
        Some(_) => return Err(Refused::BadClaim("aud")),
    };
    if for_us { Ok(()) } else { Err(Refused::Audience) }
}

/// A NumericDate: seconds since 1970, perhaps with a fraction (RFC 7519 section 2).
fn instant(claims: &Map<String, Value>, name: &'static str) -> Result<Option<DateTime<Utc>>, Refused> {
    let bad = Refused::BadClaim(name);
    let number = match claims.get(name) {
        None => return Ok(None),
        Some(Value::Number(number)) => number,
        Some(_) => return Err(bad),
    };
    let microseconds = match number.as_i64() {
        Some(seconds) if (0..=LAST_SECOND).contains(&seconds) => seconds * 1_000_000,
        Some(_) => return Err(bad),
        None => match number.as_f64() {
            // The limits keep the product below 2^63; NaN is in no range.
            Some(seconds) if (0.0..=LAST_SECOND as f64).contains(&seconds) => (seconds * 1e6) as i64,
            _ => return Err(bad),
        },
    };
    DateTime::from_timestamp_micros(microseconds).map(Some).ok_or(bad)
}

fn required_text<'a>(claims: &'a Map<String, Value>, path: &str, name: &'static str) -> Result<&'a str, Refused> {
    match find(claims, path) {
        None => Err(Refused::MissingClaim(name)),
        Some(Value::String(text)) if showable(text) => Ok(text),
        Some(_) => Err(Refused::BadClaim(name)),
    }
}

fn name(claims: &Map<String, Value>, path: &str) -> Result<Option<String>, Refused> {
    match find(claims, path) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| showable(text))),
        Some(_) => Err(Refused::BadClaim("name")),
    }
}

fn showable(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control)
}

/// A list of words: an array of strings, or one string with spaces between them (as in RFC 6749 section 3.3).
fn list(claims: &Map<String, Value>, path: &str, name: &'static str) -> Result<Vec<String>, Refused> {
    let words: Vec<&str> = match find(claims, path) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => text.split(' ').collect(),
        Some(Value::Array(items)) => texts(items, name)?,
        Some(_) => return Err(Refused::BadClaim(name)),
    };
    Ok(words.into_iter().filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

fn texts<'a>(items: &'a [Value], name: &'static str) -> Result<Vec<&'a str>, Refused> {
    items.iter().map(|item| item.as_str().ok_or(Refused::BadClaim(name))).collect()
}

/// The claim of that very name, else the one reached by taking dots for levels. The name goes first because names hold
/// dots themselves: `https://example.org/areas`, Entra's `extn.areas`.
fn find<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    claims.get(path).or_else(|| {
        let (first, rest) = path.split_once('.')?;
        rest.split('.').try_fold(claims.get(first)?, |value, level| value.as_object()?.get(level))
    })
}
