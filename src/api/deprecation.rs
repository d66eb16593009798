//! Deprecated operations. The headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) follow from their table.

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use chrono::NaiveDate;

/// A deprecated operation.
#[derive(Clone, Copy, Debug)]
pub struct DeprecatedOperation {
    /// Its method.
    pub method: &'static str,
    /// Its path as the OpenAPI document writes it.
    pub path: &'static str,
    /// The date from which new clients should not use it.
    pub since: NaiveDate,
    /// The date on which it is removed.
    pub sunset: NaiveDate,
    /// The address of a page that names the replacement.
    pub about: &'static str,
}

/// The headers of a deprecated operation's responses, with their descriptions.
pub(super) const HEADERS: [(&str, &str); 3] = [
    ("Deprecation", "The instant from which new clients should not use the operation (RFC 9745)."),
    ("Sunset", "The instant from which the operation no longer exists (RFC 8594)."),
    ("Link", "The address of a page about the replacement, with rel=\"deprecation\"."),
];

/// Returns the row of an operation, if it is deprecated.
pub(super) fn find<'t>(table: &'t [DeprecatedOperation], method: &str, path: &str) -> Option<&'t DeprecatedOperation> {
    table.iter().find(|row| row.method == method && row.path == path)
}

/// Adds the headers `Deprecation`, `Sunset` and `Link` to the response of a deprecated operation.
pub fn add_headers(table: &[DeprecatedOperation], method: &Method, path: &str, headers: &mut HeaderMap) {
    let Some(row) = find(table, method.as_str(), path) else { return };
    let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    let since = format!("@{}", midnight(row.since).timestamp());
    let sunset = midnight(row.sunset).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let link = format!("<{}>; rel=\"deprecation\"", row.about);
    for (name, value) in [("deprecation", since), ("sunset", sunset), ("link", link)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.append(HeaderName::from_static(name), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deprecated_operation_states_its_dates_in_the_headers() {
        let date = |text: &str| text.parse().expect("a date");
        let table = [DeprecatedOperation {
            method: "GET",
            path: "/v1/things/{id}",
            since: date("2027-01-01"),
            sunset: date("2027-07-01"),
            about: "/v1/changelog",
        }];
        let mut headers = HeaderMap::new();
        add_headers(&table, &Method::GET, "/v1/things/{id}", &mut headers);
        assert_eq!(headers.get("deprecation").expect("a header"), "@1798761600");
        assert_eq!(headers.get("sunset").expect("a header"), "Thu, 01 Jul 2027 00:00:00 GMT");
        assert_eq!(headers.get("link").expect("a header"), "</v1/changelog>; rel=\"deprecation\"");
        let mut other_headers = HeaderMap::new();
        add_headers(&table, &Method::POST, "/v1/things/{id}", &mut other_headers);
        assert!(other_headers.is_empty());
    }
}
