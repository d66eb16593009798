//! The bytes that a request selects, and the name in the Content-Disposition.

use actix_web::FromRequest;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderValue;
use actix_web::test::TestRequest;
use proptest::prelude::*;

use super::super::download::attachment;
use super::super::{RangeRequest, Selection};

const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Returns the selection that request headers make in a file of 100 bytes.
fn selection(headers: &[(&str, &str)]) -> Selection {
    let request = headers.iter().fold(TestRequest::get(), |request, header| request.append_header(*header));
    let request = RangeRequest::from_request(&request.to_http_request(), &mut Payload::None);
    request.into_inner().expect("a range request").select(DIGEST, 100)
}

#[test]
fn one_range_selects_its_bytes() {
    let cases = [
        ("bytes=0-0", 0..1),
        ("bytes=10-19", 10..20),
        ("bytes=90-", 90..100),
        ("bytes=90-1000", 90..100),
        ("bytes=-1", 99..100),
        ("bytes=-1000", 0..100),
        ("BYTES=5-6", 5..7),
        ("bytes= 5-6 ", 5..7),
        ("bytes=0-99999999999999999999999999", 0..100),
    ];
    for (range, bytes) in cases {
        assert_eq!(selection(&[("range", range)]), Selection::ByteRange(bytes.clone()), "{range}");
        assert_eq!(selection(&[("range", range)]).bytes(100), Some(bytes));
    }
    for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999999-"] {
        assert_eq!(selection(&[("range", range)]), Selection::NotSatisfiable, "{range}");
        assert_eq!(selection(&[("range", range)]).bytes(100), None);
    }
    let ignored = [
        "bytes=0-1,3-4",
        "lines=1-2",
        "bytes=2-1",
        "bytes=a-b",
        "bytes=",
        "bytes=-",
        "bytes=+1-2",
        "nonsense",
        "bytes=1",
    ];
    for range in ignored {
        assert_eq!(selection(&[("range", range)]), Selection::WholeFile, "{range}");
    }
    assert_eq!(selection(&[("range", "bytes=0-1"), ("range", "bytes=3-4")]), Selection::WholeFile);
    assert_eq!(selection(&[]), Selection::WholeFile);
    assert_eq!(Selection::WholeFile.bytes(100), Some(0..100));
}

#[test]
fn a_range_of_another_version_returns_the_whole_file() {
    let etag = format!("\"{DIGEST}\"");
    let with_if_range = |validator: &str| selection(&[("range", "bytes=0-1"), ("if-range", validator)]);
    assert_eq!(with_if_range(&etag), Selection::ByteRange(0..2));
    for other in [&format!("W/{etag}"), "\"other\"", "Thu, 01 Jan 2026 00:00:00 GMT", "*"] {
        assert_eq!(with_if_range(other), Selection::WholeFile, "{other}");
    }
}

#[test]
fn a_client_that_has_the_file_gets_no_bytes() {
    let etag = format!("\"{DIGEST}\"");
    for known in [etag.clone(), format!("W/{etag}"), "*".to_owned(), format!("\"other\", {etag}")] {
        let selected = selection(&[("if-none-match", &known), ("range", "bytes=0-1")]);
        assert_eq!(selected, Selection::NotModified, "{known}");
        assert_eq!(selected.bytes(100), None);
    }
    assert_eq!(selection(&[("if-none-match", "\"other\"")]), Selection::WholeFile);
    assert_eq!(selection(&[("if-none-match", "\"a\""), ("if-none-match", &etag)]), Selection::NotModified);
}

proptest! {
    #[test]
    fn a_range_stays_within_the_file(
        first in any::<u64>(), last in any::<u64>(), size in 0..u64::MAX, form in 0..3_u8,
    ) {
        let range = match form {
            0 => format!("bytes={first}-{last}"),
            1 => format!("bytes={first}-"),
            _ => format!("bytes=-{last}"),
        };
        let request = TestRequest::get().append_header(("range", range)).to_http_request();
        let request = RangeRequest::from_request(&request, &mut Payload::None);
        match request.into_inner().expect("a range request").select(DIGEST, size) {
            Selection::ByteRange(range) => {
                prop_assert!(range.start < range.end && range.end <= size);
                match form {
                    0 => prop_assert!(range.start == first && range.end - 1 == last.min(size - 1)),
                    1 => prop_assert!(range.start == first && range.end == size),
                    _ => prop_assert!(range.end == size && range.end - range.start == last.min(size)),
                }
            }
            Selection::NotSatisfiable if form == 2 => prop_assert!(last == 0 || size == 0),
            Selection::NotSatisfiable => prop_assert!(first >= size),
            Selection::WholeFile => prop_assert!(form == 0 && last < first),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn any_name_makes_a_valid_header_and_can_be_decoded(name in ".{1,80}") {
        let header = attachment(&name);
        prop_assert_eq!(header.as_bytes().iter().filter(|b| **b < 0x20 || **b > 0x7e).count(), 0);
        let text = header.to_str().expect("a header in ASCII");
        let (fallback, complete) = text.split_once("; filename*=UTF-8''").expect("both forms");
        let decoded = actix_web::http::header::parse_extended_value(&format!("UTF-8''{complete}")).expect("a value");
        prop_assert_eq!(decoded.value, name.as_bytes());
        let inner = fallback.strip_prefix("attachment; filename=\"").and_then(|it| it.strip_suffix('"'));
        prop_assert!(inner.is_some_and(|it| !it.contains(['"', '\\', '/', '%'])));
    }
}

#[test]
fn a_name_cannot_add_to_the_header() {
    let header = |name: &str| attachment(name).to_str().expect("a header in ASCII").to_owned();
    let cases = [
        ("report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"),
        ("../../x", "attachment; filename=\".._.._x\"; filename*=UTF-8''..%2F..%2Fx"),
        ("CON", "attachment; filename=\"CON\"; filename*=UTF-8''CON"),
        ("a \"b\"; c", "attachment; filename=\"a _b_; c\"; filename*=UTF-8''a%20%22b%22%3B%20c"),
        (
            "a\r\nSet-Cookie: x",
            "attachment; filename=\"a__Set-Cookie_ x\"; filename*=UTF-8''a%0D%0ASet%2DCookie%3A%20x",
        ),
        ("\u{202e}fdp.exe", "attachment; filename=\"_fdp.exe\"; filename*=UTF-8''%E2%80%AEfdp.exe"),
        ("50%.txt", "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"),
    ];
    for (name, expected) in cases {
        assert_eq!(header(name), expected);
    }
    assert!(HeaderValue::from_str(&header(&"€".repeat(85))).is_ok());
    assert_eq!(header(&"x".repeat(255)).matches('x').count(), 510);
}
