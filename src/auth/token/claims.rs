//! Checks the claims of a token against its issuer's configuration and the time (RFC 7519 section 4, RFC 9068). The
//! signature must be verified first.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::error::TokenError;
use super::issuer::Issuer;

/// The largest accepted difference between the issuer's clock and the service's: 30 seconds.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// The longest accepted subject, issuer or name, in characters.
const MAX_TEXT: usize = 255;
/// The last second that RFC 3339 can express (end of the year 9999), in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// The claims of a verified token. Roles and areas are as the issuer wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The issuer: `iss`.
    pub issuer: String,
    /// The person or program; unique within the issuer.
    pub subject: String,
    /// The display name; none when the token has none or it cannot be shown.
    pub name: Option<String>,
    /// The e-mail address; none when the token has none, or states that it is not verified.
    pub email: Option<String>,
    /// The names of roles.
    pub roles: Vec<String>,
    /// The codes of areas.
    pub areas: Vec<String>,
    /// When the token expires, in UTC to the microsecond, without the leeway.
    pub expires_at: DateTime<Utc>,
}

/// Returns the `iss` of unverified claims, to find the keys to verify them with.
///
/// # Errors
/// [`TokenError`] when the claim is missing or malformed.
pub fn issuer(claims: &Map<String, Value>) -> Result<&str, TokenError> {
    required_text(claims, "iss", "iss")
}

/// Checks verified claims at the instant `now` and returns those that the service uses.
///
/// # Errors
/// [`TokenError`] for the first rule that the claims break.
pub fn check(issuer: &Issuer, claims: &Map<String, Value>, now: DateTime<Utc>) -> Result<Claims, TokenError> {
    check_audience(issuer, claims)?;
    let expires_at = instant(claims, "exp")?.ok_or(TokenError::MissingClaim("exp"))?;
    if now >= expires_at + LEEWAY {
        return Err(TokenError::Expired);
    }
    if instant(claims, "nbf")?.is_some_and(|start| start > now + LEEWAY) {
        return Err(TokenError::NotYetValid);
    }
    if instant(claims, "iat")?.is_some_and(|issued| issued > now + LEEWAY) {
        return Err(TokenError::IssuedInFuture);
    }
    // `sub` is required even when another claim names the subject, such as Entra's `oid`.
    required_text(claims, "sub", "sub")?;
    Ok(Claims {
        issuer: issuer.issuer.clone(),
        subject: required_text(claims, &issuer.claims.subject, "subject")?.to_owned(),
        name: name(claims, &issuer.claims.name)?,
        email: email(claims, &issuer.claims.email),
        roles: list(claims, &issuer.claims.roles, "roles")?,
        areas: list(claims, &issuer.claims.areas, "areas")?,
        expires_at,
    })
}

fn check_audience(issuer: &Issuer, claims: &Map<String, Value>) -> Result<(), TokenError> {
    let is_own = |audience: &str| issuer.audiences.iter().any(|own| own == audience);
    let accepted = match claims.get("aud") {
        None => return Err(TokenError::MissingClaim("aud")),
        Some(Value::String(audience)) => is_own(audience),
        Some(Value::Array(audiences)) => texts(audiences, "aud")?.into_iter().any(is_own),
        Some(_) => return Err(TokenError::MalformedClaim("aud")),
    };
    if accepted { Ok(()) } else { Err(TokenError::Audience) }
}

/// Returns a NumericDate: seconds since 1970, with or without a fraction (RFC 7519 section 2).
fn instant(claims: &Map<String, Value>, name: &'static str) -> Result<Option<DateTime<Utc>>, TokenError> {
    let malformed = TokenError::MalformedClaim(name);
    let number = match claims.get(name) {
        None => return Ok(None),
        Some(Value::Number(number)) => number,
        Some(_) => return Err(malformed),
    };
    let microseconds = match number.as_i64() {
        Some(seconds) if (0..=LAST_SECOND).contains(&seconds) => seconds * 1_000_000,
        Some(_) => return Err(malformed),
        None => match number.as_f64() {
            // Within these limits the product is below 2^63. NaN is in no range.
            Some(seconds) if (0.0..=LAST_SECOND as f64).contains(&seconds) => (seconds * 1e6) as i64,
            _ => return Err(malformed),
        },
    };
    DateTime::from_timestamp_micros(microseconds).map(Some).ok_or(malformed)
}

fn required_text<'a>(claims: &'a Map<String, Value>, path: &str, name: &'static str) -> Result<&'a str, TokenError> {
    match find(claims, path) {
        None => Err(TokenError::MissingClaim(name)),
        Some(Value::String(text)) if is_displayable(text) => Ok(text),
        Some(_) => Err(TokenError::MalformedClaim(name)),
    }
}

fn name(claims: &Map<String, Value>, path: &str) -> Result<Option<String>, TokenError> {
    match find(claims, path) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| is_displayable(text))),
        Some(_) => Err(TokenError::MalformedClaim("name")),
    }
}

/// Returns the e-mail address, unless the issuer states that it has not verified it (OpenID Connect Core section 5.1).
fn email(claims: &Map<String, Value>, path: &str) -> Option<String> {
    if claims.get("email_verified") == Some(&Value::Bool(false)) {
        return None;
    }
    let text = find(claims, path)?.as_str().filter(|text| is_displayable(text))?;
    (text.len() <= 254 && text.parse::<lettre::Address>().is_ok()).then(|| text.to_owned())
}

fn is_displayable(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control)
}

/// Returns a list: an array of strings, or one string with spaces between its items (as in RFC 6749 section 3.3).
fn list(claims: &Map<String, Value>, path: &str, name: &'static str) -> Result<Vec<String>, TokenError> {
    let items: Vec<&str> = match find(claims, path) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => text.split(' ').collect(),
        Some(Value::Array(array)) => texts(array, name)?,
        Some(_) => return Err(TokenError::MalformedClaim(name)),
    };
    Ok(items.into_iter().filter(|item| !item.is_empty()).map(str::to_owned).collect())
}

fn texts<'a>(items: &'a [Value], name: &'static str) -> Result<Vec<&'a str>, TokenError> {
    items.iter().map(|item| item.as_str().ok_or(TokenError::MalformedClaim(name))).collect()
}

/// Finds the claim with this exact name, or else the nested claim that the name reaches when each dot is a level. The
/// exact name is tried first because names contain dots themselves: `https://example.org/areas`, Entra's
/// `extn.areas`.
fn find<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    claims.get(path).or_else(|| {
        let (first, rest) = path.split_once('.')?;
        rest.split('.').try_fold(claims.get(first)?, |value, level| value.as_object()?.get(level))
    })
}
