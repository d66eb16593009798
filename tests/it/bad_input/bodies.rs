//! Bodies that are none, are too large, or come as something else.

use reqwest::Method;
use section55::auth::Role;

use crate::support::App;
use crate::support::places::Operation;
use crate::support::world::registration;

fn json_operations(app: &App, operations: Vec<Operation>) -> Vec<Operation> {
    assert!(!app.contract.document.is_null());
    let json = |operation: &Operation| operation.described["requestBody"]["content"].get("application/json").is_some();
    // A table is read row by row, and has its own tests.
    operations.into_iter().filter(json).filter(|operation| operation.template != "/v1/imports").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_no_form_is_415_and_says_what_is_read() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    let before = app.database.fingerprint().await;
    let forms: Vec<Operation> = app.operations(&places).into_iter().filter(Operation::takes_a_form).collect();
    assert_eq!(forms.len(), 1);
    for operation in forms {
        let send = async |person: &crate::support::Person, headers: &[(&str, &str)]| {
            person.send(operation.method.clone(), &operation.path, headers, Some(b"--edge--\r\n".to_vec())).await
        };
        for media in ["application/json", "multipart/mixed; boundary=edge", "text/plain", ""] {
            let refused = send(&everyone, &[("content-type", media)]).await.expect(415);
            assert_eq!(refused.headers["accept"], "multipart/form-data", "{media}");
        }
        let form = "multipart/form-data; boundary=edge";
        send(&everyone, &[("content-type", form), ("content-encoding", "gzip")]).await.expect(415);
        send(&everyone, &[("content-type", "multipart/form-data")]).await.expect(400);
        let refused = send(&everyone, &[("content-type", form)]).await.expect(422);
        assert_eq!(refused.faults(), [("/file".to_owned(), "required".to_owned())]);
        for (person, status) in [(app.public(), 401), (app.bearer("nonsense"), 401), (app.somebody("x", &[], &[]), 403)]
        {
            send(&person, &[("content-type", "nonsense/nonsense")]).await.expect(status);
        }
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_no_object_is_refused_on_every_operation() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    let before = app.database.fingerprint().await;
    let bodies: [(&[u8], u16); 12] = [
        (b"", 400),
        (b"   ", 400),
        (b"not json", 400),
        (b"{\"a\":1", 400),
        (b"{} {}", 400),
        (b"{'a':1}", 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"NaN", 400),
        (b"[]", 422),
        (b"null", 422),
        (b"\"text\"", 422),
        (b"7", 422),
    ];
    for operation in json_operations(&app, app.operations(&places)) {
        for (body, status) in bodies {
            let headers = [("content-type", "application/json"), ("if-match", "*")];
            let reply = everyone.send(operation.method.clone(), &operation.path, &headers, Some(body.to_vec())).await;
            let text = String::from_utf8_lossy(body);
            assert_eq!(reply.status, status, "{} {text:?}: {}", operation.template, reply.text);
            assert!(!reply.faults().is_empty(), "{} {text:?}: {}", operation.template, reply.text);
        }
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_another_media_type_is_415_and_says_which_is_read() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    let types = ["text/plain", "application/xml", "multipart/form-data", "application/jsonx", "", "application/*"];
    for operation in json_operations(&app, app.operations(&places)) {
        let send = async |media: &str| {
            let headers = [("content-type", media), ("if-match", "*")];
            everyone.send(operation.method.clone(), &operation.path, &headers, Some(b"{".to_vec())).await
        };
        for media in types {
            let reply = send(media).await.expect(415);
            assert_eq!(reply.headers["accept"], "application/json", "{} {media}", operation.template);
        }
        // Broken JSON tells that the media type was taken.
        send("application/json").await.expect(400);
        send("Application/JSON; charset=utf-8").await.expect(400);
        let merge = if operation.method == Method::PATCH { 400 } else { 415 };
        send("application/merge-patch+json").await.expect(merge);
        let declared = &operation.described["requestBody"]["content"];
        let named = declared.get("application/merge-patch+json").is_some();
        assert_eq!(named, operation.method == Method::PATCH, "{} declares it", operation.template);
    }
    let opcc = app.person(Role::Opcc, "cumbria");
    let headers = [("content-type", "application/xml")];
    let sent = opcc.send(Method::POST, "/v1/imports?area=cumbria", &headers, Some(b"<a/>".to_vec())).await;
    let accepts = sent.expect(415).headers["accept"].to_str().expect("ascii").to_owned();
    assert!(accepts.starts_with("text/plain, text/csv, application/json, "), "{accepts}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoded_body_is_415() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    for encoding in ["gzip", "br", "deflate", "identity, gzip"] {
        let headers = [("content-type", "application/json"), ("content-encoding", encoding)];
        let body = Some(registration("80100").to_string().into_bytes());
        opcc.send(Method::POST, "/v1/inspections", &headers, body).await.expect(415);
    }
    let headers = [("content-type", "text/plain"), ("content-encoding", "gzip")];
    opcc.send(Method::POST, "/v1/imports", &headers, Some(vec![0x1f, 0x8b])).await.expect(415);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_too_large_is_413_with_and_without_its_length() {
    let app = App::start().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let before = app.database.fingerprint().await;
    let head = |framing: &str| {
        format!(
            "POST /v1/inspections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nConnection: close\r\n{framing}\r\n\r\n"
        )
    };
    let three = vec![b' '; 3 << 20];
    let told = app.raw(&[head(&format!("Content-Length: {}", three.len())).as_bytes(), &three].concat()).await;
    assert_eq!(told.status, 413, "{}", told.head);
    let mut chunked = head("Transfer-Encoding: chunked").into_bytes();
    for chunk in three.chunks(64 << 10) {
        chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let told = app.raw(&chunked).await;
    assert_eq!(told.status, 413, "{}", told.head);
    assert!(told.head.contains("application/problem+json"), "{}", told.head);
    assert!(String::from_utf8_lossy(&told.body).contains("body_too_large"));
    // Through a client, that sends the whole before it reads.
    let opcc = app.person(Role::Opcc, "cumbria");
    let headers = [("content-type", "application/json")];
    opcc.send(Method::POST, "/v1/inspections", &headers, Some(three)).await.expect(413);
    // A length no body could have.
    let told = app.raw(head("Content-Length: 18446744073709551615").as_bytes()).await;
    assert!([400, 413].contains(&told.status), "{}", told.head);
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_nothing_but_faults_gets_a_short_answer() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let members: Vec<String> = (0..100_000).map(|n| format!("\"n{n}\":\"\\u0000\"")).collect();
    let body = Some(format!("{{{}}}", members.join(",")).into_bytes());
    let headers = [("content-type", "application/json")];
    let reply = opcc.send(Method::POST, "/v1/inspections", &headers, body).await.expect(422);
    assert_eq!(reply.faults().len(), 500);
    assert!(
        reply.body["detail"].as_str().is_some_and(|detail| detail.starts_with("20000")),
        "{}",
        reply.body["detail"]
    );
    let name = format!("{{\"{}\":1}}", "n".repeat(1 << 20)).into_bytes();
    let reply = opcc.send(Method::POST, "/v1/inspections", &headers, Some(name)).await.expect(422);
    assert!(reply.text.len() < 4096, "{} bytes", reply.text.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_is_told_so_before_the_body_is_read() {
    let app = App::start().await;
    let places = app.places().await;
    for operation in json_operations(&app, app.operations(&places)) {
        let headers = [("content-type", "nonsense/nonsense"), ("if-match", "*")];
        let send = async |person: crate::support::Person| {
            person.send(operation.method.clone(), &operation.path, &headers, Some(b"{".to_vec())).await
        };
        let refused = send(app.public()).await.expect(401);
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
        send(app.bearer("nonsense")).await.expect(401);
        send(app.somebody("nobody", &[], &["cumbria"])).await.expect(403);
    }
}
