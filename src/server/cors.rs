//! Requests from web pages of other origins (WHATWG Fetch §3.2). A page of a listed origin may do what its token
//! allows. A page of any other origin may read the published copy.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use reqwest::Url;

const ALLOWED_METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
const ALLOWED_HEADERS: &str = "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, Range, X-Request-Id, traceparent";
const EXPOSED_HEADERS: &str = "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, \
                               X-Request-Id, Content-Disposition, Content-Range, Age, Warning, Deprecation, \
                               Sunset";

/// The origins whose pages may send tokens.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    listed: Vec<String>,
    /// Pages that this machine serves, on any port, may send tokens too.
    loopback: bool,
}

/// Why the list of origins is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not the origin of a page: write it as https://app.example or http://localhost:5173, without a path")]
pub struct OriginError(String);

impl Origins {
    /// Creates the list from origins such as `https://app.example`. A browser sends an origin in one form (RFC 6454
    /// §6.2), so case, a default port and a slash at the end make no difference here.
    ///
    /// # Errors
    /// [`OriginError`]: a text is not the origin of a page on the web.
    pub fn new(origins: &[String]) -> Result<Self, OriginError> {
        let listed = origins.iter().map(|text| origin_of(text).ok_or_else(|| OriginError(text.clone())));
        Ok(Self { listed: listed.collect::<Result<_, _>>()?, loopback: false })
    }

    /// Lets pages of this machine, on any port, send tokens.
    #[must_use]
    pub fn with_loopback(self) -> Self {
        Self { loopback: true, ..self }
    }

    fn contains(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        self.listed.iter().any(|listed| listed == origin) || (self.loopback && is_loopback(origin))
    }

    /// Returns the response to a preflight request; none when the request is not one.
    pub fn preflight(&self, method: &Method, headers: &HeaderMap) -> Option<HttpResponse> {
        let origin = headers.get(header::ORIGIN).filter(|_| *method == Method::OPTIONS)?;
        headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        let mut response = HttpResponse::build(StatusCode::NO_CONTENT);
        response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
        if self.contains(origin) {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS));
            response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS));
        } else {
            response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"));
            let headers = "If-None-Match, Last-Event-ID, X-Request-Id, traceparent";
            response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, headers));
        }
        Some(response.finish())
    }

    /// Adds the headers that let a page read the response: any response for a listed origin, and for every other
    /// origin a response to a request without a token.
    pub fn add_headers(&self, origin: Option<&HeaderValue>, has_token: bool, headers: &mut HeaderMap) {
        let Some(origin) = origin else { return };
        let allowed = match (self.contains(origin), has_token) {
            (true, _) => origin.clone(),
            (false, false) => HeaderValue::from_static("*"),
            (false, true) => return,
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}

/// Returns the origin of an address that names nothing else, as a browser writes it.
fn origin_of(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let has_user = !url.username().is_empty() || url.password().is_some();
    let is_web = matches!(url.scheme(), "http" | "https");
    (is_web && is_bare && !has_user).then(|| url.origin().ascii_serialization())
}

/// Returns true for the origin of a page that this machine serves. The name or address decides, not what a name resolves
/// to, so another site cannot claim it.
fn is_loopback(origin: &str) -> bool {
    let Some(url) = origin_of(origin).filter(|written| written == origin).and_then(|it| Url::parse(&it).ok()) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_listed_in_the_form_that_browsers_send() {
        let listed = |text: &str| Origins::new(&[text.to_owned()]).map(|origins| origins.listed[0].clone());
        for (written, sent) in [
            ("https://app.example", "https://app.example"),
            ("https://App.Example:443/", "https://app.example"),
            (" http://localhost:5173", "http://localhost:5173"),
        ] {
            assert_eq!(listed(written).as_deref(), Ok(sent), "{written}");
        }
        for refused in ["*", "app.example", "https://app.example/page", "https://u@app.example", "file:///", "null", ""]
        {
            assert_eq!(listed(refused), Err(OriginError(refused.to_owned())), "{refused}");
        }
    }

    #[test]
    fn loopback_is_this_machine_by_name_or_address() {
        for origin in ["http://localhost:5173", "https://localhost", "http://127.0.0.1:8080", "http://[::1]:3000"] {
            assert!(is_loopback(origin), "{origin}");
        }
        for origin in [
            "http://localhost.other.example",
            "http://127.0.0.1.other.example",
            "http://other.example",
            "http://localhost@other.example",
            "http://192.168.1.10:3000",
            "http://0.0.0.0:3000",
            "null",
            "",
        ] {
            assert!(!is_loopback(origin), "{origin}");
        }
    }
}
