//! What will go: one table, from which the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) come.

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use chrono::NaiveDate;

/// An operation that will go.
#[derive(Clone, Copy, Debug)]
pub struct Deprecated {
    /// Its method.
    pub method: &'static str,
    /// Its path as the OpenAPI writes it.
    pub path: &'static str,
    /// Since when it should not be used in new work.
    pub since: NaiveDate,
    /// The day on which it goes.
    pub sunset: NaiveDate,
    /// Where to read what takes its place.
    pub about: &'static str,
}

/// The table. Nothing of v1 is deprecated yet.
pub const DEPRECATED: &[Deprecated] = &[];

/// Adds what the table says of an operation to the headers of its answer.
pub fn apply_default_headers(table: &[Deprecated], method: &Method, path: &str, headers: &mut HeaderMap) {
    let Some(row) = table.iter().find(|row| row.method == method.as_str() && row.path == path) else { return };
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
    fn an_answer_says_since_when_and_until_when_its_operation_lasts() {
        let day = |text: &str| text.parse().expect("a day");
        let table = [Deprecated {
            method: "GET",
            path: "/v1/things/{id}",
            since: day("2027-01-01"),
            sunset: day("2027-07-01"),
            about: "/v1/changelog",
        }];
        let mut headers = HeaderMap::new();
        apply_default_headers(&table, &Method::GET, "/v1/things/{id}", &mut headers);
        assert_eq!(headers.get("deprecation").expect("one"), "@1798761600");
        assert_eq!(headers.get("sunset").expect("one"), "Thu, 01 Jul 2027 00:00:00 GMT");
        assert_eq!(headers.get("link").expect("one"), "</v1/changelog>; rel=\"deprecation\"");
        let mut others = HeaderMap::new();
        apply_default_headers(&table, &Method::POST, "/v1/things/{id}", &mut others);
        assert!(others.is_empty());
    }

    #[test]
    fn whatever_is_deprecated_exists_and_goes_no_sooner_than_half_a_year_after() {
        let document = crate::operations::document(&crate::operations::operations());
        for row in DEPRECATED {
            assert!(!document["paths"][row.path][row.method.to_lowercase()].is_null(), "{} {}", row.method, row.path);
            assert!((row.sunset - row.since).num_days() >= 182, "{} {}", row.method, row.path);
        }
    }
}
