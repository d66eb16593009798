//! Imports of documents in the layouts that offices use. Each fact that a careful person finds is in the proposal, or is
//! asked.

use std::fs;
use std::path::{Path, PathBuf};

use reqwest::Method;
use section55::auth::Role;
use serde_json::Value;

use super::expected_facts::{compare, differences, every_line_is_accounted_for};
use crate::support::office_files::{docx, html, odt, parts_of};
use crate::support::{App, Person};

/// The documents that are imported in each format. The others are imported as text.
const SAMPLES: [&str; 8] = [
    "bilingual-welsh",
    "form-ticked-type",
    "joint-by-addressee-month-only",
    "letter-cause-of-concern",
    "numbered-sections-afi",
    "pasted-table-tracker",
    "recommendation-n-inline-response",
    "template-page-furniture-afi",
];

/// A format that a text can be written in.
struct Format {
    name: &'static str,
    media_type: &'static str,
    write: fn(&str) -> Vec<u8>,
}

const FORMATS: [Format; 4] = [
    Format { name: "txt", media_type: "text/plain", write: |text| text.as_bytes().to_vec() },
    Format {
        name: "docx",
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        write: |text| docx(&parts_of(text)),
    },
    Format { name: "odt", media_type: "application/vnd.oasis.opendocument.text", write: |text| odt(&parts_of(text)) },
    Format { name: "html", media_type: "text/html", write: |text| html(&parts_of(text)).into_bytes() },
];

/// Returns the folder of the documents. IMPORTS_DOCUMENTS names another, such as one with documents that nobody has read
/// while writing the reader.
fn folder() -> PathBuf {
    let own = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents/imports"));
    std::env::var_os("IMPORTS_DOCUMENTS").map_or_else(own, PathBuf::from)
}

/// Returns the paths of the documents: the files that have expected facts.
fn documents() -> Vec<PathBuf> {
    let files = fs::read_dir(folder()).expect("the folder of documents").map(|file| file.expect("a file").path());
    let is_document = |file: &PathBuf| {
        file.extension().is_some_and(|extension| extension != "json") && expected_facts_of(file).is_file()
    };
    let mut documents: Vec<_> = files.filter(is_document).collect();
    documents.sort();
    documents
}

fn name_of(document: &Path) -> &str {
    document.file_stem().and_then(|name| name.to_str()).expect("a name in UTF-8")
}

fn expected_facts_of(document: &Path) -> PathBuf {
    document.with_extension("expected.json")
}

/// Imports a document. Returns the proposal with the expected facts, and the differences that need no further
/// comparison: a refusal, and the lines that are lost.
async fn import(person: &Person, document: &Path, format: Option<&Format>) -> (Value, Value, Vec<String>) {
    let content = fs::read(document).expect("a document");
    let expected = fs::read_to_string(expected_facts_of(document)).expect("the expected facts");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let text =
        str::from_utf8(&content).ok().filter(|_| document.extension().is_some_and(|extension| extension == "txt"));
    let body = format.zip(text).map_or_else(|| content.clone(), |(format, text)| (format.write)(text));
    let media_type = format.map_or("application/octet-stream", |format| format.media_type);
    let path = "/v1/imports?area=cumbria&validate_only=true";
    let import = person.send(Method::POST, path, &[("content-type", media_type)], Some(body)).await;
    if import.status != 200 {
        return (Value::Null, expected, vec![format!("{}: {}", import.status, import.text)]);
    }
    // The lines of a file that is no plain text are among the expected facts.
    let lines = expected["lines"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let lines = text.map_or_else(|| lines.collect::<Vec<_>>().join("\n"), str::to_owned);
    let lost = every_line_is_accounted_for(&import.body, &lines).into_iter().map(|line| format!("lost line: {line}"));
    let lost = lost.collect();
    (import.body, expected, lost)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sample_gives_its_facts_in_each_format() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let mut wrong = Vec::new();
    for format in &FORMATS {
        let mut asked = Vec::new();
        for name in SAMPLES {
            let document = folder().join(format!("{name}.txt"));
            let (import, expected, lost) = import(&opcc, &document, Some(format)).await;
            let comparison = compare(&import, &expected);
            let differences = lost.into_iter().chain(comparison.wrong);
            wrong.extend(differences.map(|difference| format!("{name}.{}: {difference}", format.name)));
            asked.extend(comparison.asked);
        }
        // A reader that asks about everything would be of no use.
        assert!(asked.len() <= 8, "{} asks about what it could find: {asked:#?}", format.name);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_document_gives_its_facts_or_asks() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let documents = documents();
    assert!(!documents.is_empty(), "no documents are in {}", folder().display());
    let mut wrong = Vec::new();
    for document in documents.iter().filter(|document| !SAMPLES.contains(&name_of(document))) {
        let (import, expected, lost) = import(&opcc, document, None).await;
        let differences = lost.into_iter().chain(differences(&import, &expected));
        wrong.extend(differences.map(|difference| format!("{}: {difference}", name_of(document))));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_a_document_registers_nothing() {
    let app = App::start().await;
    let opcc = app.person(Role::Opcc, "cumbria");
    let text = fs::read_to_string(folder().join("template-page-furniture-afi.txt")).expect("a document");
    let import = opcc.post_text("/v1/imports?area=cumbria", &text).await.expect(201);
    assert_eq!(import.body["state"], "proposed");
    assert_eq!(import.body["inspection_id"], Value::Null);
    for list in ["inspections", "responses", "assignments"] {
        let found = opcc.get(&format!("/v1/{list}?count=true")).await.expect(200);
        assert_eq!(found.body["total"], 0, "{list}: {}", found.text);
    }
}
