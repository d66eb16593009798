//! Each string of each JSON body of the OpenAPI document, spoilt in every way: a 4xx that points at it, nothing written.

use serde_json::{Value, json};

use crate::support::App;
use crate::support::places::Operation;
use crate::support::samples::{Sample, samples};

const HERE: &str = "@@HERE@@";

/// One way to spoil a string: its name, the bytes in its place, the status, and the fault's code where it is known.
struct Fault {
    name: &'static str,
    bytes: Vec<u8>,
    status: u16,
    code: Option<&'static str>,
}

fn faults() -> Vec<Fault> {
    let fault = |name, bytes: &[u8], status, code| Fault { name, bytes: bytes.to_vec(), status, code };
    let megabyte = format!("\"{}\"", "x".repeat(1 << 20));
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    vec![
        fault("nul", br#""a\u0000b""#, 422, Some("nul")),
        fault("raw nul", b"\"a\0b\"", 400, Some("malformed")),
        fault("a megabyte", megabyte.as_bytes(), 422, None),
        fault("invalid utf-8", b"\"a\xffb\"", 400, Some("malformed")),
        fault("an overlong nul", b"\"a\xc0\x80b\"", 400, Some("malformed")),
        fault("lone surrogate", br#""a\ud800b""#, 400, Some("malformed")),
        fault("depth", deep.as_bytes(), 400, Some("malformed")),
        fault("past 2^53", b"9007199254740993", 422, Some("number_out_of_range")),
        fault("past any double", b"1e400", 400, Some("malformed")),
        fault("number", b"7", 422, None),
        fault("boolean", b"true", 422, None),
        fault("list", b"[[]]", 422, None),
        fault("control characters", br#""\u0001\u0008\u001b\u007f""#, 422, None),
        fault("blank", br#"" \t ""#, 422, None),
        fault("empty", br#""""#, 422, None),
    ]
}

/// A body's text with bytes in place of the string at a pointer.
fn spoilt(value: &Value, pointer: &str, bytes: &[u8]) -> Vec<u8> {
    let mut value = value.clone();
    *value.pointer_mut(pointer).expect("the place") = json!(HERE);
    let text = value.to_string();
    let (before, after) = text.split_once(&format!("\"{HERE}\"")).expect("the mark");
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

/// The JSON operations with each sample of their bodies.
fn bodies(app: &App, operations: Vec<Operation>) -> Vec<(Operation, Vec<Sample>)> {
    // A table is read row by row, and has its own tests.
    let operations = operations.into_iter().filter(|operation| operation.template != "/v1/imports");
    let each = operations.filter_map(|operation| {
        let schema = operation.described["requestBody"]["content"].get("application/json")?["schema"].clone();
        let made = samples(&app.contract.document, &schema);
        Some((operation, made))
    });
    each.collect()
}

const HEADERS: [(&str, &str); 2] = [("content-type", "application/json"), ("if-match", "*")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_every_string_is_a_4xx_that_points_at_it() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    let before = app.database.fingerprint().await;
    let (mut strings, mut wrong) = (0, Vec::new());
    for (operation, samples) in bodies(&app, app.operations(&places)) {
        for (sample, at) in samples.iter().flat_map(|sample| sample.strings.iter().map(move |at| (sample, at))) {
            strings += 1;
            for fault in faults() {
                let body = spoilt(&sample.value, at, &fault.bytes);
                let reply = everyone.send(operation.method.clone(), &operation.path, &HEADERS, Some(body)).await;
                let there = reply.faults().iter().any(|(pointer, code)| {
                    let place = if fault.name == "depth" || fault.name == "list" {
                        pointer.starts_with(at.as_str())
                    } else {
                        pointer == at
                    };
                    place && fault.code.is_none_or(|known| code == known)
                });
                if reply.status != fault.status || !there || reply.text.len() > 4096 {
                    let told = reply.text.chars().take(300).collect::<String>();
                    wrong.push(format!("{} {} {at} {}: {told}", operation.method, operation.template, fault.name));
                }
            }
        }
    }
    assert!(strings > 60, "only {strings} strings were found");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_given_twice_and_unknown_names_are_pointed_at_beside_every_string() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    let before = app.database.fingerprint().await;
    for (operation, samples) in bodies(&app, app.operations(&places)) {
        for (sample, at) in samples.iter().flat_map(|sample| sample.strings.iter().map(move |at| (sample, at))) {
            let (parent, name) = at.rsplit_once('/').expect("a member");
            let Some(Value::Object(_)) = sample.value.pointer(parent) else { continue };
            let value = sample.value.pointer(at).expect("the place");
            let twice = format!("{value},{}:{value}", json!(name));
            let unknown = format!("{value},\"unheard_of\":1,\"un/~heard\":2");
            let send = async |bytes: String| {
                let body = spoilt(&sample.value, at, bytes.as_bytes());
                everyone
                    .send(operation.method.clone(), &operation.path, &HEADERS, Some(body))
                    .await
                    .expect(422)
                    .faults()
            };
            let told = send(twice).await;
            assert!(told.contains(&(at.clone(), "duplicate_key".into())), "{} {at}: {told:?}", operation.template);
            let told = send(unknown).await;
            for name in ["unheard_of", "un~1~0heard"] {
                let fault = (format!("{parent}/{name}"), "unknown_field".to_owned());
                assert!(told.contains(&fault), "{} {at}: {told:?}", operation.template);
            }
        }
    }
    assert_eq!(app.database.fingerprint().await, before, "something was written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_faults_are_all_reported_at_once() {
    let app = App::start().await;
    let places = app.places().await;
    let everyone = app.everyone();
    for (operation, samples) in bodies(&app, app.operations(&places)) {
        for sample in samples {
            let mut value = sample.value.clone();
            let places: Vec<&String> = sample.strings.iter().filter(|at| *at != "/action").collect();
            for (n, at) in places.iter().enumerate() {
                // Faults found while reading, and faults found in what was read.
                *value.pointer_mut(at).expect("the place") = if n % 2 == 0 { json!("\0") } else { json!(7) };
            }
            value["unheard_of"] = json!(1_u64 << 60);
            let body = Some(value.to_string().into_bytes());
            let reply = everyone.send(operation.method.clone(), &operation.path, &HEADERS, body).await.expect(422);
            let pointers: Vec<String> = reply.faults().into_iter().map(|(pointer, _)| pointer).collect();
            for at in places.iter().map(|at| at.as_str()).chain(["/unheard_of"]) {
                assert!(pointers.iter().any(|known| known == at), "{} {at}: {pointers:?}", operation.template);
            }
            let told: Vec<(String, String)> = reply.faults();
            let codes: Vec<&str> =
                told.iter().filter(|(at, _)| at == "/unheard_of").map(|(_, code)| code.as_str()).collect();
            assert_eq!(codes, ["number_out_of_range", "unknown_field"], "{}", operation.template);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_longest_texts_that_are_allowed_are_kept_and_given_back() {
    let app = App::start().await;
    let opcc = app.person(section55::auth::Role::Opcc, "cumbria");
    // Characters of four bytes that do not compress: the longest that a column or an index can meet.
    let characters = |most: u32, salt: u32| -> String {
        let point = |n: u32| 0x1_0000 + (n.wrapping_mul(2_654_435_761).wrapping_add(salt) >> 8) % 0x4_0000;
        (1..=most).map(|n| char::from_u32(point(n)).expect("a character")).collect()
    };
    let (label, line, prose) = (|salt| characters(100, salt), |salt| characters(500, salt), characters(100_000, 9));
    let registration = json!({
        "reference": label(1), "source": label(2), "title": line(3), "legal_basis": line(4), "lead_inspectorate": line(5),
        "participating_inspectorates": [line(6)], "key_findings": prose,
        "report_url": format!("https://example.org/{}", "a".repeat(1980)),
    });
    let made = opcc.post("/v1/inspections", registration.clone()).await.expect(201);
    for (name, value) in registration.as_object().expect("members") {
        assert_eq!(&made.body[name], value, "{name}");
    }
    let added = json!({ "reference": label(7), "number": line(8), "text": prose, "themes": [line(9)],
                        "target": { "kind": "immediate", "text": line(10) } });
    let path = format!("{}/recommendations", made.href());
    let recommendation = opcc.post(&path, added.clone()).await.expect(201);
    assert_eq!(recommendation.body["text"], added["text"]);
}
