//! The memory that the service takes while it reads hostile bodies of the largest sizes. Each is sent to a program of its
//! own, whose memory the system measures.

use std::fs;

use reqwest::Client;

use crate::support::Folder;
use crate::support::dev_process::Dev;

const MIB: usize = 1 << 20;
/// The most that the service may take beyond what it has when it is idle, in MiB.
const MARGIN: f64 = 32.0;

/// A body that costs a careless parser much memory.
struct Hostile {
    path: &'static str,
    media_type: &'static str,
    name: &'static str,
    body: Vec<u8>,
}

/// Returns a body of as many parts between `begin` and `end` as `size` bytes can have. `{n}` in a part is its number.
fn repeated(begin: &str, part: &str, end: &str, size: usize) -> Vec<u8> {
    let mut body = begin.to_owned();
    if !part.contains("{n}") {
        body.push_str(&part.repeat((size - begin.len() - end.len()) / part.len()));
        return (body + end).into_bytes();
    }
    for n in 0.. {
        let part = part.replace("{n}", &n.to_string());
        if body.len() + part.len() + end.len() > size {
            break;
        }
        body.push_str(&part);
    }
    (body + end).into_bytes()
}

fn form(files: usize, content: &[u8]) -> Vec<u8> {
    let mut form = Vec::new();
    for n in 0..files {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{n}.txt\"\r\n\r\n");
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(content);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(b"--b--\r\n");
    form
}

/// Bodies for every parser of requests, each near the limit of its operation.
fn hostile_bodies() -> Vec<Hostile> {
    const NEW: &str = "/v1/inspections";
    const FILE: &str = "/v1/imports?area=cumbria&validate_only=true";
    const ROWS: &str = "/v1/imports?inspection_id={draft}&validate_only=true";
    const JSON: &str = "application/json";
    const CSV: &str = "text/csv";
    const FORM: &str = "multipart/form-data; boundary=b";
    const OTHER: &str = "application/octet-stream";
    let (small, large) = (2 * MIB - 1024, 25 * MIB - 1024);
    let repeating = [
        (NEW, JSON, "a list of numbers", "{\"participating_inspectorates\":[", "1,", "1]}", small),
        (NEW, JSON, "a list of lists", "{\"subjects\":[", "[],", "1]}", small),
        (NEW, JSON, "a list of objects", "{\"subjects\":[", "{\"a\":1},", "1]}", small),
        (NEW, JSON, "unknown members", "{", "\"m{n}\":0,", "\"z\":0}", small),
        (NEW, JSON, "the same member", "{", "\"title\":\"\\u0000\",", "\"z\":0}", small),
        (NEW, JSON, "a list that has no end", "", "[", "", small),
        (NEW, JSON, "a long text", "{\"title\":\"", "\\u00e9", "\"}", small),
        ("/v1/batch/explanations", JSON, "changes", "{\"items\":[", "{},", "{}]}", small),
        (FILE, CSV, "columns", "", "c{n},", "x\n", 2 * MIB),
        (FILE, CSV, "columns", "", "c{n},", "x\n", 12 * MIB),
        (FILE, CSV, "short rows", "reference,text\n", "a\n", "", large),
        (FILE, CSV, "quotation marks", "reference,text\n\"", "\"\"", "\"\n", large),
        (FILE, "text/html", "elements", "<html>", "<b><i>", "", large),
        (ROWS, CSV, "columns", "", "c{n},", "x\n", large),
        (ROWS, CSV, "short rows", "reference,text\n", "a\n", "", large),
        (ROWS, CSV, "rows that repeat", "reference,text\n", "a,b\n", "", large),
        (ROWS, CSV, "cells", "reference,text\n", ",", "\n", large),
        (ROWS, CSV, "quotation marks", "reference,text\n\"", "\"\"", "\"\n", large),
        (ROWS, JSON, "rows", "{\"rows\":[", "{\"a\":1},", "{}]}", large),
        (ROWS, JSON, "a row of numbers", "{\"rows\":[{\"themes\":[", "1,", "1]}]}", large),
        (ROWS, JSON, "a large inspection", "{\"inspection\":{", "\"m{n}\":0,", "\"z\":0}}", large),
    ];
    let repeating = repeating.into_iter().map(|(path, media_type, name, begin, part, end, size)| {
        let body = repeated(begin, part, end, size);
        Hostile { path, media_type, name, body }
    });
    let other = [
        (OTHER, "a damaged archive", [b"PK\x03\x04".as_slice(), &vec![0; large - 4]].concat()),
        (FORM, "many files", form(20_000, b"x")),
        (FORM, "large files", form(20, &vec![0; MIB])),
        (FORM, "beginnings of boundaries", form(1, &b"\r\n--".repeat(large / 4 - 50))),
    ];
    let other = other.map(|(media_type, name, body)| Hostile { path: FILE, media_type, name, body });
    repeating.chain(other).collect()
}

/// Returns a value of the process's status in MiB.
fn memory(process: u32, field: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the status of the process");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("the field");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_takes_much_memory_beyond_what_the_idle_service_has() {
    let folder = Folder::new();
    let dev = Dev::start(&folder.path().join("dev"), &["--no-demo"]);
    let client = Client::new();
    let (process, token) = (dev.id(), dev.exported("OPCC").to_owned());
    let post = |path: &str, media_type: &str, body: Vec<u8>| {
        let request = client.post(format!("{}{path}", dev.base)).bearer_auth(&token);
        request.header("content-type", media_type).body(body).send()
    };
    let draft =
        post("/v1/inspections", "application/json", br#"{"reference":"M-1","title":"Invented"}"#.to_vec()).await;
    let draft = draft.expect("a response").headers()["location"].to_str().expect("text").to_owned();
    let draft = draft.rsplit('/').next().expect("an id");
    let mut worst = 0.0_f64;
    for Hostile { path, media_type, name, body } in hostile_bodies() {
        let (path, size) = (path.replace("{draft}", draft), body.len());
        // The code of the parser is part of the program, and is read from its file once.
        let _ = post(&path, media_type, body[..size.min(2000)].to_vec()).await;
        let idle = memory(process, "VmRSS:");
        fs::write(format!("/proc/{process}/clear_refs"), "5").expect("the high-water mark is set back");
        let status = match post(&path, media_type, body).await {
            Ok(response) => response.status().as_u16(),
            // The service may respond before it has read the body, and close the connection.
            Err(_) => 0,
        };
        let taken = memory(process, "VmHWM:") - idle;
        worst = worst.max(taken);
        let line = format!("{taken:6.1} MiB: {name} ({path}, {media_type}, {size} bytes): {status}");
        println!("{line}");
        assert!(status < 500, "{line}");
    }
    assert!(worst <= MARGIN, "{worst} MiB is more than {MARGIN} MiB");
}
