//! Every string in every JSON body, replaced by invalid values: the response is a 4xx that points at it, and nothing is
//! written.

use serde_json::{Value, json};

use crate::support::App;
use crate::support::sample_bodies::{SampleBody, sample_bodies};
use crate::support::sample_records::Operation;

const PLACEHOLDER: &str = "@@PLACEHOLDER@@";

/// An invalid value: its name, its bytes, the expected status, and the expected code of the fault.
struct InvalidValue {
    name: &'static str,
    bytes: Vec<u8>,
    status: u16,
    code: Option<&'static str>,
}

fn invalid_values() -> Vec<InvalidValue> {
    let value = |name, bytes: &[u8], status, code| InvalidValue { name, bytes: bytes.to_vec(), status, code };
    let megabyte = format!("\"{}\"", "x".repeat(1 << 20));
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    vec![
        value("nul", br#""a\u0000b""#, 422, Some("nul")),
        value("raw nul", b"\"a\0b\"", 400, Some("malformed")),
        value("a megabyte", megabyte.as_bytes(), 422, None),
        value("invalid utf-8", b"\"a\xffb\"", 400, Some("malformed")),
        value("an overlong nul", b"\"a\xc0\x80b\"", 400, Some("malformed")),
        value("lone surrogate", br#""a\ud800b""#, 400, Some("malformed")),
        value("depth", deep.as_bytes(), 400, Some("malformed")),
        value("past 2^53", b"9007199254740993", 422, Some("number_out_of_range")),
        value("past any double", b"1e400", 400, Some("malformed")),
        value("number", b"7", 422, None),
        value("boolean", b"true", 422, None),
        value("list", b"[[]]", 422, None),
        value("control characters", br#""\u0001\u0008\u001b\u007f""#, 422, None),
        value("blank", br#"" \t ""#, 422, None),
        value("empty", br#""""#, 422, None),
    ]
}

/// Returns a body as text, with bytes in place of the string at a pointer.
fn with_bytes_at(value: &Value, pointer: &str, bytes: &[u8]) -> Vec<u8> {
    let mut value = value.clone();
    *value.pointer_mut(pointer).expect("the string") = json!(PLACEHOLDER);
    let text = value.to_string();
    let (before, after) = text.split_once(&format!("\"{PLACEHOLDER}\"")).expect("the placeholder");
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

/// Returns the operations with JSON bodies, and sample bodies of each.
fn operations_with_samples(app: &App, operations: Vec<Operation>) -> Vec<(Operation, Vec<SampleBody>)> {
    // Imports have tests of their own: a table is parsed row by row.
    let operations = operations.into_iter().filter(|operation| operation.template != "/v1/imports");
    let each = operations.filter_map(|operation| {
        let schema = operation.described["requestBody"]["content"].get("application/json")?["schema"].clone();
        let samples = sample_bodies(&app.contract.document, &schema);
        Some((operation, samples))
    });
    each.collect()
}

const HEADERS: [(&str, &str); 2] = [("content-type", "application/json"), ("if-match", "*")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_invalid_value_of_every_string_gets_a_4xx_that_points_at_it() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let before = app.database.fingerprint().await;
    let (mut strings, mut wrong) = (0, Vec::new());
    for (operation, samples) in operations_with_samples(&app, app.operations(&sample_records)) {
        for (sample, at) in samples.iter().flat_map(|sample| sample.strings.iter().map(move |at| (sample, at))) {
            strings += 1;
            for invalid in invalid_values() {
                let body = with_bytes_at(&sample.value, at, &invalid.bytes);
                let reply = everyone.send(operation.method.clone(), &operation.path, &HEADERS, Some(body)).await;
                let is_reported = reply.faults().iter().any(|(pointer, code)| {
                    let is_at = if invalid.name == "depth" || invalid.name == "list" {
                        pointer.starts_with(at.as_str())
                    } else {
                        pointer == at
                    };
                    is_at && invalid.code.is_none_or(|expected| code == expected)
                });
                if reply.status != invalid.status || !is_reported || reply.text.len() > 4096 {
                    let text = reply.text.chars().take(300).collect::<String>();
                    wrong.push(format!("{} {} {at} {}: {text}", operation.method, operation.template, invalid.name));
                }
            }
        }
    }
    assert!(strings > 60, "only {strings} strings were found");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn duplicate_and_unknown_names_beside_every_string_are_reported_with_pointers() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    let before = app.database.fingerprint().await;
    for (operation, samples) in operations_with_samples(&app, app.operations(&sample_records)) {
        for (sample, at) in samples.iter().flat_map(|sample| sample.strings.iter().map(move |at| (sample, at))) {
            let (parent, name) = at.rsplit_once('/').expect("a member");
            let Some(Value::Object(_)) = sample.value.pointer(parent) else { continue };
            let value = sample.value.pointer(at).expect("the string");
            let twice = format!("{value},{}:{value}", json!(name));
            let unknown = format!("{value},\"unheard_of\":1,\"un/~heard\":2");
            let send = async |bytes: String| {
                let body = with_bytes_at(&sample.value, at, bytes.as_bytes());
                everyone
                    .send(operation.method.clone(), &operation.path, &HEADERS, Some(body))
                    .await
                    .expect(422)
                    .faults()
            };
            let faults = send(twice).await;
            assert!(faults.contains(&(at.clone(), "duplicate_key".into())), "{} {at}: {faults:?}", operation.template);
            let faults = send(unknown).await;
            for name in ["unheard_of", "un~1~0heard"] {
                let fault = (format!("{parent}/{name}"), "unknown_field".to_owned());
                assert!(faults.contains(&fault), "{} {at}: {faults:?}", operation.template);
            }
        }
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_faults_are_all_reported_at_once() {
    let app = App::start().await;
    let sample_records = app.create_sample_records().await;
    let everyone = app.person_with_every_role();
    for (operation, samples) in operations_with_samples(&app, app.operations(&sample_records)) {
        for sample in samples {
            let mut value = sample.value.clone();
            let pointers: Vec<&String> = sample.strings.iter().filter(|at| *at != "/action").collect();
            for (n, at) in pointers.iter().enumerate() {
                // The parser reports NUL, and the schema reports the number.
                *value.pointer_mut(at).expect("the string") = if n % 2 == 0 { json!("\0") } else { json!(7) };
            }
            value["unheard_of"] = json!(1_u64 << 60);
            let body = Some(value.to_string().into_bytes());
            let reply = everyone.send(operation.method.clone(), &operation.path, &HEADERS, body).await.expect(422);
            let reported: Vec<String> = reply.faults().into_iter().map(|(pointer, _)| pointer).collect();
            for at in pointers.iter().map(|at| at.as_str()).chain(["/unheard_of"]) {
                assert!(reported.iter().any(|pointer| pointer == at), "{} {at}: {reported:?}", operation.template);
            }
            let faults: Vec<(String, String)> = reply.faults();
            let codes: Vec<&str> =
                faults.iter().filter(|(at, _)| at == "/unheard_of").map(|(_, code)| code.as_str()).collect();
            assert_eq!(codes, ["number_out_of_range", "unknown_field"], "{}", operation.template);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_of_the_maximum_length_are_stored_and_returned() {
    let app = App::start().await;
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    // Four-byte characters that do not compress make the largest values that a column or an index can receive.
    let characters = |most: u32, salt: u32| -> String {
        let point = |n: u32| 0x1_0000 + (n.wrapping_mul(2_654_435_761).wrapping_add(salt) >> 8) % 0x4_0000;
        (1..=most).map(|n| char::from_u32(point(n)).expect("a character")).collect()
    };
    let (short, single_line, long) =
        (|salt| characters(100, salt), |salt| characters(500, salt), characters(100_000, 9));
    let registration = json!({
        "reference": short(1), "source": short(2), "title": single_line(3), "legal_basis": single_line(4), "lead_inspectorate": single_line(5),
        "participating_inspectorates": [single_line(6)], "key_findings": long,
        "report_url": format!("https://example.org/{}", "a".repeat(1980)),
    });
    let made = opcc.post("/v1/inspections", registration.clone()).await.expect(201);
    for (name, value) in registration.as_object().expect("members") {
        // A few of the characters are another one in Unicode NFC, in which labels are stored.
        let normal = |label: &Value| json!(section55::label::normal_form(label.as_str().expect("a text")));
        let stored = match value {
            Value::Array(labels) => labels.iter().map(normal).collect(),
            label if name != "key_findings" => normal(label),
            text => text.clone(),
        };
        assert_eq!(made.body[name], stored, "{name}");
    }
    let added = json!({ "reference": short(7), "number": single_line(8), "text": long, "themes": [single_line(9)],
                        "target": { "kind": "immediate", "text": single_line(10) } });
    let path = format!("{}/recommendations", made.href());
    let recommendation = opcc.post(&path, added.clone()).await.expect(201);
    assert_eq!(recommendation.body["text"], added["text"]);
}
