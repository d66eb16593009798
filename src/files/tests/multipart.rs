//! The form parser, with headers as browsers and libraries send them, and bodies that arrive in chunks of any size.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream;
use proptest::prelude::*;

use super::super::multipart::{MultipartForm, PartHeaders, boundary};
use crate::api::{Problem, ProblemKind};

/// Parses a form with one part, which arrives in chunks of `size` bytes. Returns the part's headers and bytes.
async fn read(body: &[u8], size: usize) -> Result<(PartHeaders, Vec<u8>), Problem> {
    let chunks: Vec<_> = body.chunks(size).map(|part| Ok::<_, Infallible>(Bytes::copy_from_slice(part))).collect();
    let mut form = MultipartForm::new("b", stream::iter(chunks));
    let headers = form.first().await?.expect("a part");
    let mut bytes = Vec::new();
    while let Some(more) = form.chunk().await? {
        bytes.extend_from_slice(&more);
    }
    assert_eq!(form.next().await?, None);
    form.end().await?;
    Ok((headers, bytes))
}

fn body(headers: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("--b\r\n{headers}\r\n\r\n").as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
}

/// Parses a Content-Disposition. Returns the names of the field and the file.
async fn names(disposition: &str) -> Result<(String, Option<String>), ProblemKind> {
    let read = read(&body(&format!("Content-Disposition: {disposition}"), b"x"), 1000).await;
    read.map(|(headers, _)| (headers.name, headers.filename)).map_err(|problem| problem.kind())
}

#[actix_web::test]
async fn names_are_returned_as_they_were_sent() {
    let cases = [
        (r#"form-data; name="file"; filename="a b.pdf""#, "a b.pdf"),
        (r#"form-data; name=file; filename=a.pdf"#, "a.pdf"),
        (r#"FORM-DATA; Filename="../../etc/passwd" ; NAME = "file""#, "../../etc/passwd"),
        (r#"form-data; name="file"; filename="C:\dir\x;y=z.pdf""#, r"C:\dir\x;y=z.pdf"),
        (r#"form-data; name="file"; filename="a \"b\" \\c""#, r#"a "b" \c"#),
        (r#"form-data; name="file"; filename="a %22b%22 100%.pdf""#, "a \"b\" 100%.pdf"),
        ("form-data; name=\"file\"; filename=\"\u{202e}fdp.exe ŵ\"", "\u{202e}fdp.exe ŵ"),
        (r#"form-data; name="file"; filename="x"; filename*=UTF-8''%e2%82%ac%20a"#, "€ a"),
    ];
    for (sent, name) in cases {
        assert_eq!(names(sent).await, Ok(("file".to_owned(), Some(name.to_owned()))), "{sent}");
    }
    assert_eq!(names("form-data; name=\"file\"").await, Ok(("file".to_owned(), None)));
}

#[actix_web::test]
async fn only_the_boundary_ends_a_part() {
    for length in ["1", "3", "1000000"] {
        let headers = format!("content-length: {length}\r\nContent-Disposition: form-data; name=file");
        let (_, bytes) = read(&body(&headers, b"abcdef"), 1000).await.expect("a form");
        assert_eq!(bytes, b"abcdef");
    }
}

#[actix_web::test]
async fn a_body_that_is_not_a_form_is_malformed() {
    let field = "Content-Disposition: form-data; name=file";
    let form = body(field, b"some bytes");
    for end in 1..form.len() - 2 {
        let read = read(&form[..end], 7).await;
        assert_eq!(read.expect_err("a truncated form").kind(), ProblemKind::Malformed, "{end}");
    }
    let mut endless = b"--b\r\n".to_vec();
    endless.resize(100_000, b'x');
    let mut before = vec![b'x'; 100_000];
    before.extend_from_slice(&form);
    let mut after = form.clone();
    after.resize(100_000, b'x');
    let cases: [&[u8]; 10] = [
        b"",
        b"--c\r\n\r\n--c--",
        &endless,
        &before,
        &after,
        &body("no field", b""),
        &body("Content-Type: text/plain", b""),
        &body(&format!("{field}\r\n{field}"), b""),
        &body(&format!("{field}\r\nContent-Transfer-Encoding: base64"), b""),
        b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nabc\r\n--bc\r\n--b--",
    ];
    for (n, bytes) in cases.into_iter().enumerate() {
        assert_eq!(read(bytes, 1000).await.expect_err("not a form").kind(), ProblemKind::Malformed, "{n}");
    }
    assert_eq!(names("form-data; name=file; filename*=nonsense").await, Err(ProblemKind::Malformed));
    let latin = [&b"--b\r\nContent-Disposition: form-data; name=file; filename=caf\xe9\r\n\r\nx\r\n--b--"[..]].concat();
    assert_eq!(read(&latin, 1000).await.expect_err("not UTF-8").kind(), ProblemKind::Malformed);
}

#[actix_web::test]
async fn a_body_that_stops_arriving_gets_408() {
    let mut form = MultipartForm::new("b", stream::pending::<Result<Bytes, Infallible>>());
    form.read_timeout = Duration::from_millis(20);
    assert_eq!(form.first().await.expect_err("a timeout").kind(), ProblemKind::RequestTimeout);
}

#[test]
fn the_boundary_is_parsed_as_rfc_2046_states() {
    let parsed = |parameters: &str| boundary(&format!("multipart/form-data; {parameters}"));
    assert_eq!(parsed("boundary=----abc"), Some("----abc".to_owned()));
    assert_eq!(parsed("charset=utf-8; Boundary=\"a b?c\""), Some("a b?c".to_owned()));
    for invalid in
        ["", "boundary=", "boundary=\"\"", "boundary=a\"b", "boundary=\"a \"", &format!("boundary={}", "x".repeat(71))]
    {
        assert_eq!(parsed(invalid), None, "{invalid}");
    }
}

/// Generates bytes with many sequences that could be the beginning of a boundary.
fn bytes_like_boundaries() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(b"\r\n--".to_vec()),
        Just(b"\r\n-".to_vec()),
        Just(b"--b--".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    let has_no_boundary = |bytes: &Vec<u8>| memchr::memmem::find(bytes, b"\r\n--b").is_none();
    prop::collection::vec(pieces, 0..12)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("the boundary itself", has_no_boundary)
}

proptest! {
    #[test]
    fn any_bytes_are_read_in_chunks_of_any_size(
        bytes in bytes_like_boundaries(), before in bytes_like_boundaries(), size in 1..40_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let form = body("Content-Disposition: form-data; name=\"file\"", &bytes);
        let read_all = |sent: &[u8]| {
            runtime.block_on(read(sent, size)).map(|(_, bytes)| bytes).map_err(|problem| problem.to_string())
        };
        prop_assert_eq!(read_all(&form), Ok(bytes.clone()));
        // A text before the first boundary is ignored.
        let preamble = [&before[..], b"\r\n", &form].concat();
        let clash = memchr::memmem::find(&[b"\r\n", &before[..]].concat(), b"\r\n--b").is_some();
        prop_assume!(!clash);
        prop_assert_eq!(read_all(&preamble), Ok(bytes.clone()));
    }
}
