//! Forms as bytes: cut anywhere, with heads that browsers and libraries send.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::web::Bytes;
use futures_util::stream;
use proptest::prelude::*;

use super::super::multipart::{Head, MultipartForm, boundary};
use crate::api::{Kind, Problem};

/// The one part's head and bytes, of a body that arrives in chunks of a size.
async fn read(body: &[u8], size: usize) -> Result<(Head, Vec<u8>), Problem> {
    let chunks: Vec<_> = body.chunks(size).map(|part| Ok::<_, Infallible>(Bytes::copy_from_slice(part))).collect();
    let mut form = MultipartForm::new("b", stream::iter(chunks));
    let head = form.first().await?.expect("a part");
    let mut bytes = Vec::new();
    while let Some(more) = form.chunk().await? {
        bytes.extend_from_slice(&more);
    }
    assert_eq!(form.next().await?, None);
    form.end().await?;
    Ok((head, bytes))
}

fn body(head: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("--b\r\n{head}\r\n\r\n").as_bytes(), bytes, b"\r\n--b--\r\n"].concat()
}

async fn head(disposition: &str) -> Result<(String, Option<String>), Kind> {
    let read = read(&body(&format!("Content-Disposition: {disposition}"), b"x"), 1000).await;
    read.map(|(head, _)| (head.name, head.filename)).map_err(|problem| problem.kind())
}

#[actix_web::test]
async fn names_are_kept_as_they_were_sent() {
    let told = [
        (r#"form-data; name="file"; filename="a b.pdf""#, "a b.pdf"),
        (r#"form-data; name=file; filename=a.pdf"#, "a.pdf"),
        (r#"FORM-DATA; Filename="../../etc/passwd" ; NAME = "file""#, "../../etc/passwd"),
        (r#"form-data; name="file"; filename="C:\dir\x;y=z.pdf""#, r"C:\dir\x;y=z.pdf"),
        (r#"form-data; name="file"; filename="a \"b\" \\c""#, r#"a "b" \c"#),
        (r#"form-data; name="file"; filename="%22.pdf""#, "%22.pdf"),
        ("form-data; name=\"file\"; filename=\"\u{202e}fdp.exe ŵ\"", "\u{202e}fdp.exe ŵ"),
        (r#"form-data; name="file"; filename="x"; filename*=UTF-8''%e2%82%ac%20a"#, "€ a"),
    ];
    for (sent, name) in told {
        assert_eq!(head(sent).await, Ok(("file".to_owned(), Some(name.to_owned()))), "{sent}");
    }
    assert_eq!(head("form-data; name=\"file\"").await, Ok(("file".to_owned(), None)));
}

#[actix_web::test]
async fn a_part_is_ended_by_the_boundary_alone() {
    for said in ["1", "3", "1000000"] {
        let told = format!("content-length: {said}\r\nContent-Disposition: form-data; name=file");
        let (_, bytes) = read(&body(&told, b"abcdef"), 1000).await.expect("a form");
        assert_eq!(bytes, b"abcdef");
    }
}

#[actix_web::test]
async fn what_is_no_form_is_malformed() {
    let field = "Content-Disposition: form-data; name=file";
    let whole = body(field, b"some bytes");
    for end in 1..whole.len() - 2 {
        let read = read(&whole[..end], 7).await;
        assert_eq!(read.expect_err("it is cut").kind(), Kind::Malformed, "{end}");
    }
    let mut endless = b"--b\r\n".to_vec();
    endless.resize(100_000, b'x');
    let mut around = vec![b'x'; 100_000];
    around.extend_from_slice(&whole);
    let mut after = whole.clone();
    after.resize(100_000, b'x');
    let cases: [&[u8]; 10] = [
        b"",
        b"--c\r\n\r\n--c--",
        &endless,
        &around,
        &after,
        &body("no field", b""),
        &body("Content-Type: text/plain", b""),
        &body(&format!("{field}\r\n{field}"), b""),
        &body(&format!("{field}\r\nContent-Transfer-Encoding: base64"), b""),
        b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nabc\r\n--bc\r\n--b--",
    ];
    for (n, bytes) in cases.into_iter().enumerate() {
        assert_eq!(read(bytes, 1000).await.expect_err("it is no form").kind(), Kind::Malformed, "{n}");
    }
    assert_eq!(head("form-data; name=file; filename*=nonsense").await, Err(Kind::Malformed));
    let latin = [&b"--b\r\nContent-Disposition: form-data; name=file; filename=caf\xe9\r\n\r\nx\r\n--b--"[..]].concat();
    assert_eq!(read(&latin, 1000).await.expect_err("not UTF-8").kind(), Kind::Malformed);
}

#[actix_web::test]
async fn a_body_that_stalls_is_given_up() {
    let mut form = MultipartForm::new("b", stream::pending::<Result<Bytes, Infallible>>());
    form.stall = Duration::from_millis(20);
    assert_eq!(form.first().await.expect_err("it stalls").kind(), Kind::RequestTimeout);
}

#[test]
fn the_boundary_is_read_as_rfc_2046_says() {
    let of = |said: &str| boundary(&format!("multipart/form-data; {said}"));
    assert_eq!(of("boundary=----abc"), Some("----abc".to_owned()));
    assert_eq!(of("charset=utf-8; Boundary=\"a b?c\""), Some("a b?c".to_owned()));
    for none in
        ["", "boundary=", "boundary=\"\"", "boundary=a\"b", "boundary=\"a \"", &format!("boundary={}", "x".repeat(71))]
    {
        assert_eq!(of(none), None, "{none}");
    }
}

/// Bytes with much in them that could be the beginning of a boundary.
fn tricky() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(b"\r\n--".to_vec()),
        Just(b"\r\n-".to_vec()),
        Just(b"--b--".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..20),
    ];
    let ended = |bytes: &Vec<u8>| memchr::memmem::find(bytes, b"\r\n--b").is_none();
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat()).prop_filter("the boundary itself", ended)
}

proptest! {
    #[test]
    fn any_bytes_come_through_cut_anywhere(bytes in tricky(), before in tricky(), size in 1..40_usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        let told = body("Content-Disposition: form-data; name=\"file\"", &bytes);
        let read_whole = |sent: &[u8]| runtime.block_on(read(sent, size)).map(|(_, bytes)| bytes).map_err(|p| p.to_string());
        prop_assert_eq!(read_whole(&told), Ok(bytes.clone()));
        // A preamble is passed over.
        let preamble = [&before[..], b"\r\n", &told].concat();
        let clash = memchr::memmem::find(&[b"\r\n", &before[..]].concat(), b"\r\n--b").is_some();
        prop_assume!(!clash);
        prop_assert_eq!(read_whole(&preamble), Ok(bytes.clone()));
    }
}
