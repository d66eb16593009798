//! Which bytes a request selects, and the name a file is saved under.

use actix_web::FromRequest;
use actix_web::dev::Payload;
use actix_web::http::header::HeaderValue;
use actix_web::test::TestRequest;
use proptest::prelude::*;

use super::super::disposition::attachment;
use super::super::{RangeRequest, Selection};

const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// What headers select of a file of 100 bytes.
fn selected(headers: &[(&str, &str)]) -> Selection {
    let request = headers.iter().fold(TestRequest::get(), |request, header| request.append_header(*header));
    let wanted = RangeRequest::from_request(&request.to_http_request(), &mut Payload::None);
    wanted.into_inner().expect("it is read").of(DIGEST, 100)
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
        assert_eq!(selected(&[("range", range)]), Selection::Part(bytes.clone()), "{range}");
        assert_eq!(selected(&[("range", range)]).bytes(100), Some(bytes));
    }
    for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999999-"] {
        assert_eq!(selected(&[("range", range)]), Selection::NotSatisfiable, "{range}");
        assert_eq!(selected(&[("range", range)]).bytes(100), None);
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
        assert_eq!(selected(&[("range", range)]), Selection::Whole, "{range}");
    }
    assert_eq!(selected(&[("range", "bytes=0-1"), ("range", "bytes=3-4")]), Selection::Whole);
    assert_eq!(selected(&[]), Selection::Whole);
    assert_eq!(Selection::Whole.bytes(100), Some(0..100));
}

#[test]
fn a_range_of_another_version_is_not_given() {
    let ours = format!("\"{DIGEST}\"");
    let given = |held: &str| selected(&[("range", "bytes=0-1"), ("if-range", held)]);
    assert_eq!(given(&ours), Selection::Part(0..2));
    for other in [&format!("W/{ours}"), "\"other\"", "Thu, 01 Jan 2026 00:00:00 GMT", "*"] {
        assert_eq!(given(other), Selection::Whole, "{other}");
    }
}

#[test]
fn who_has_the_file_is_sent_nothing() {
    let ours = format!("\"{DIGEST}\"");
    for known in [ours.clone(), format!("W/{ours}"), "*".to_owned(), format!("\"other\", {ours}")] {
        let selection = selected(&[("if-none-match", &known), ("range", "bytes=0-1")]);
        assert_eq!(selection, Selection::Unchanged, "{known}");
        assert_eq!(selection.bytes(100), None);
    }
    assert_eq!(selected(&[("if-none-match", "\"other\"")]), Selection::Whole);
    assert_eq!(selected(&[("if-none-match", "\"a\""), ("if-none-match", &ours)]), Selection::Unchanged);
}

proptest! {
    #[test]
    fn a_range_never_leaves_the_file(first in any::<u64>(), last in any::<u64>(), size in 0..u64::MAX, form in 0..3_u8) {
        let range = match form {
            0 => format!("bytes={first}-{last}"),
            1 => format!("bytes={first}-"),
            _ => format!("bytes=-{last}"),
        };
        let request = TestRequest::get().append_header(("range", range)).to_http_request();
        let wanted = RangeRequest::from_request(&request, &mut Payload::None).into_inner().expect("it is read");
        match wanted.of(DIGEST, size) {
            Selection::Part(range) => {
                prop_assert!(range.start < range.end && range.end <= size);
                match form {
                    0 => prop_assert!(range.start == first && range.end - 1 == last.min(size - 1)),
                    1 => prop_assert!(range.start == first && range.end == size),
                    _ => prop_assert!(range.end == size && range.end - range.start == last.min(size)),
                }
            }
            Selection::NotSatisfiable if form == 2 => prop_assert!(last == 0 || size == 0),
            Selection::NotSatisfiable => prop_assert!(first >= size),
            Selection::Whole => prop_assert!(form == 0 && last < first),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn a_name_is_always_a_header_and_comes_back(name in ".{1,80}") {
        let header = attachment(&name);
        prop_assert_eq!(header.as_bytes().iter().filter(|b| **b < 0x20 || **b > 0x7e).count(), 0);
        let said = header.to_str().expect("it is ASCII");
        let (fallback, whole) = said.split_once("; filename*=UTF-8''").expect("both forms");
        let decoded = actix_web::http::header::parse_extended_value(&format!("UTF-8''{whole}")).expect("a value");
        prop_assert_eq!(decoded.value, name.as_bytes());
        let inner = fallback.strip_prefix("attachment; filename=\"").and_then(|it| it.strip_suffix('"'));
        prop_assert!(inner.is_some_and(|it| !it.contains(['"', '\\', '/', '%'])));
    }
}

#[test]
fn a_name_does_nothing_but_name() {
    let told = |name: &str| attachment(name).to_str().expect("it is ASCII").to_owned();
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
        assert_eq!(told(name), expected);
    }
    assert!(HeaderValue::from_str(&told(&"€".repeat(85))).is_ok());
    assert_eq!(told(&"x".repeat(255)).matches('x').count(), 510);
}
