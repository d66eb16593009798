//! Bodies that are not JSON objects, are too large, or have another media type.

use reqwest::Method;
use section55::auth::Role;

use crate::support::App;
use crate::support::sample_records::Operation;
use crate::support::world::registration;

fn json_operations(app: &App, operations: Vec<Operation>) -> Vec<Operation> {
    assert!(!app.contract.document.is_null());
    let takes_json =
        |operation: &Operation| operation.described["requestBody"]["content"].get("application/json").is_some();
    // Imports have tests of their own: a table is parsed row by row.
    operations.into_iter().filter(takes_json).filter(|operation| operation.template != "/v1/imports").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_not_a_form_gets_415_and_the_accepted_media_type() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let before = app.database.fingerprint().await;
    let forms: Vec<Operation> = app.operations(&sample_records).into_iter().filter(Operation::takes_a_form).collect();
    assert_eq!(forms.len(), 2);
    // An import can also be the file itself.
    for operation in forms.into_iter().filter(|operation| operation.template != "/v1/imports") {
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
        for (person, status) in
            [(app.public(), 401), (app.person_with_token("nonsense"), 401), (app.person_with_roles("x", &[], &[]), 403)]
        {
            send(&person, &[("content-type", "nonsense/nonsense")]).await.expect(status);
        }
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_an_object_is_refused_on_every_operation() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
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
    for operation in json_operations(&app, app.operations(&sample_records)) {
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
async fn a_body_of_another_media_type_gets_415_and_the_accepted_media_type() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let types = ["text/plain", "application/xml", "multipart/form-data", "application/jsonx", "", "application/*"];
    for operation in json_operations(&app, app.operations(&sample_records)) {
        let send = async |media: &str| {
            let headers = [("content-type", media), ("if-match", "*")];
            everyone.send(operation.method.clone(), &operation.path, &headers, Some(b"{".to_vec())).await
        };
        for media in types {
            let reply = send(media).await.expect(415);
            assert_eq!(reply.headers["accept"], "application/json", "{} {media}", operation.template);
        }
        // A 400 for invalid JSON shows that the media type was accepted.
        send("application/json").await.expect(400);
        send("Application/JSON; charset=utf-8").await.expect(400);
        let merge_patch_status = if operation.method == Method::PATCH { 400 } else { 415 };
        send("application/merge-patch+json").await.expect(merge_patch_status);
        let declared = &operation.described["requestBody"]["content"];
        let is_declared = declared.get("application/merge-patch+json").is_some();
        assert_eq!(is_declared, operation.method == Method::PATCH, "{} declares it", operation.template);
    }
    let opcc = app.person(Role::Opcc, "cumbria");
    let headers = [("content-type", "application/xml")];
    let sent = opcc.send(Method::POST, "/v1/imports?area=cumbria", &headers, Some(b"<a/>".to_vec())).await;
    let accepts = sent.expect(415).headers["accept"].to_str().expect("ascii").to_owned();
    assert!(accepts.starts_with("text/plain, text/html, text/csv, "), "{accepts}");
    assert!(accepts.ends_with(", multipart/form-data"), "{accepts}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoded_body_gets_415() {
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
async fn a_body_that_is_too_large_gets_413_with_and_without_content_length() {
    let app = App::start().await;
    let token = app.token("opcc@cumbria", &["opcc"], &["cumbria"]);
    let before = app.database.fingerprint().await;
    let head = |framing: &str| {
        format!(
            "POST /v1/inspections HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nConnection: close\r\n{framing}\r\n\r\n"
        )
    };
    let too_large = vec![b' '; 3 << 20];
    let reply =
        app.send_raw(&[head(&format!("Content-Length: {}", too_large.len())).as_bytes(), &too_large].concat()).await;
    assert_eq!(reply.status, 413, "{}", reply.head);
    let mut chunked = head("Transfer-Encoding: chunked").into_bytes();
    for chunk in too_large.chunks(64 << 10) {
        chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        chunked.extend_from_slice(chunk);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let reply = app.send_raw(&chunked).await;
    assert_eq!(reply.status, 413, "{}", reply.head);
    assert!(reply.head.contains("application/problem+json"), "{}", reply.head);
    assert!(String::from_utf8_lossy(&reply.body).contains("body_too_large"));
    // This client sends the whole body before it reads the response.
    let opcc = app.person(Role::Opcc, "cumbria");
    let headers = [("content-type", "application/json")];
    opcc.send(Method::POST, "/v1/inspections", &headers, Some(too_large)).await.expect(413);
    // A length that no body can have.
    let reply = app.send_raw(head("Content-Length: 18446744073709551615").as_bytes()).await;
    assert!([400, 413].contains(&reply.status), "{}", reply.head);
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_with_very_many_faults_gets_a_short_response() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let members: Vec<String> = (0..100_000).map(|n| format!("\"n{n}\":\"\\u0000\"")).collect();
    let body = Some(format!("{{{}}}", members.join(",")).into_bytes());
    let headers = [("content-type", "application/json")];
    let reply = opcc.send(Method::POST, "/v1/inspections", &headers, body).await.expect(422);
    assert_eq!(reply.faults().len(), 500);
    assert!(
        reply.body["detail"].as_str().is_some_and(|detail| detail.starts_with("The request has 20000")),
        "{}",
        reply.body["detail"]
    );
    let name = format!("{{\"{}\":1}}", "n".repeat(1 << 20)).into_bytes();
    let reply = opcc.send(Method::POST, "/v1/inspections", &headers, Some(name)).await.expect(422);
    assert!(reply.text.len() < 4096, "{} bytes", reply.text.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn access_is_checked_before_the_body_is_read() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    for operation in json_operations(&app, app.operations(&sample_records)) {
        let headers = [("content-type", "nonsense/nonsense"), ("if-match", "*")];
        let send = async |person: crate::support::Person| {
            person.send(operation.method.clone(), &operation.path, &headers, Some(b"{".to_vec())).await
        };
        let refused = send(app.public()).await.expect(401);
        assert_eq!(refused.headers["www-authenticate"], "Bearer");
        send(app.person_with_token("nonsense")).await.expect(401);
        send(app.person_with_roles("nobody", &[], &["cumbria"])).await.expect(403);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_refused_by_its_length_and_not_by_each_item() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let send = async |body: String| {
        let headers = [("content-type", "application/json")];
        opcc.send(Method::POST, "/v1/inspections", &headers, Some(body.into_bytes())).await
    };
    let body = registration("87001").to_string();
    let with = |member: &str| body.replacen('{', &format!("{{{member},"), 1);
    let long = format!("\"participating_inspectorates\":[{}1]", "1,".repeat(900_000));
    let refused = send(with(&long)).await.expect(422);
    let faults = refused.faults();
    assert_eq!(faults[0], ("/participating_inspectorates".to_owned(), "too_many".to_owned()));
    assert!(faults.len() <= 21 && faults[1..].iter().all(|(_, code)| code == "wrong_type"), "{faults:?}");
    // Lists and objects need much more memory than their text.
    let nested = format!("\"participating_inspectorates\":[{}[]]", "[[{\"a\":[]}]],".repeat(4_000));
    let refused = send(with(&nested)).await.expect(422);
    assert!(refused.faults().len() <= 21, "{:?}", refused.faults());
    let members: Vec<String> = (0..180_000).map(|at| format!("\"m{at}\":1")).collect();
    let refused = send(with(&members.join(","))).await.expect(422);
    assert_eq!(refused.faults().len(), 1);
    assert_eq!(refused.faults()[0].1, "too_many");
    let refused = send(with(&members[..40_000].join(","))).await.expect(422);
    assert_eq!(refused.faults().len(), 500);
    assert!(refused.text.len() < 200_000, "{}", refused.text.len());
}
