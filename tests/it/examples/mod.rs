//! Records the examples of the OpenAPI document. The requests tell one story and are sent to a running service, each by
//! a person who may send it. `BLESS=1` rewrites the stored examples.

mod assignments;
mod changes_and_webhooks;
mod history_and_proofs;
mod imported_positions;
mod inspections;
mod people;
mod recorder;
mod refusals;
mod remarks;
mod responses;
mod retention;
mod search_and_import;
mod service_and_areas;
mod stable;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

use section55::operations;
use serde_json::{Value, json};

use super::support::App;
use super::support::contract::Contract;
use recorder::Recorder;

/// Records all chapters in order. Each continues with the records of earlier chapters. Add a chapter for a new resource.
async fn record_all(recorder: &Recorder) {
    service_and_areas::record(recorder).await;
    let inspection = inspections::record(recorder).await;
    let response = responses::record(recorder, &inspection).await;
    assignments::record(recorder, &inspection).await;
    imported_positions::record(recorder, &inspection).await;
    search_and_import::record(recorder).await;
    refusals::record(recorder, &inspection, &response).await;
    history_and_proofs::record(recorder, &inspection, &response).await;
    changes_and_webhooks::record(recorder).await;
    retention::record(recorder, &response).await;
    responses::record_old_publication(recorder).await;
    people::record(recorder).await;
    remarks::record(recorder, &inspection).await;
}

/// Returns the id and the description of each operation of the document.
fn described(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let paths = document["paths"].as_object().expect("paths").values();
    let each = paths.flat_map(|methods| methods.as_object().expect("operations").values());
    each.map(|operation| (operation["operationId"].as_str().expect("an id"), operation))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_has_examples_and_the_service_responds_as_they_show() {
    let recorder = Recorder::new(App::start().await);
    record_all(&recorder).await;
    let recorded = recorder.finish();
    let document = &Contract::shared().document;
    let without: Vec<&str> =
        described(document).map(|(id, _)| id).filter(|id| recorded["operations"].get(id).is_none()).collect();
    assert!(without.is_empty(), "no chapter of tests/it/examples has an example of {without:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let stored = fs::read_to_string(folder.join("examples.json")).expect("the examples");
    if stored == operations::pretty_json(&recorded) {
        return;
    }
    if env::var_os("BLESS").is_some() {
        fs::write(folder.join("examples.json"), operations::pretty_json(&recorded)).expect("the file is written");
        return;
    }
    let stored: Value = serde_json::from_str(&stored).expect("JSON");
    let differences = differences(&stored, &recorded).join("\n");
    panic!("review the differences, then run BLESS=1 cargo test examples\n{differences}");
}

/// Describes each example that differs by its first different line.
fn differences(stored: &Value, recorded: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["operations", "problems"] {
        let names = |all: &Value| -> BTreeSet<String> {
            all[part].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        let both: BTreeSet<String> = names(stored).union(&names(recorded)).cloned().collect();
        for name in both {
            let text = |all: &Value| serde_json::to_string_pretty(&all[part][&name]).unwrap_or_default();
            let (stored, recorded) = (text(stored), text(recorded));
            let mut lines = stored.lines().zip(recorded.lines());
            if let Some((was, is)) = lines.find(|(was, is)| was != is) {
                found.push(format!("{name}: {} is now {}", was.trim(), is.trim()));
            } else if stored.len() != recorded.len() {
                found.push(format!("{name}: the number of lines differs"));
            }
        }
    }
    found
}

#[test]
fn every_example_matches_its_schema() {
    let document: Value = serde_json::from_str(&operations::document_text_with_examples()).expect("JSON");
    let resolved = |value: &Value| {
        let target = value["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
        target.unwrap_or(value).clone()
    };
    let mut faults = Vec::new();
    let mut validate = |at: String, schema: &Value, value: &Value| {
        let schema = json!({ "allOf": [schema], "components": document["components"] });
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let validator = options.build(&schema).unwrap_or_else(|error| panic!("{at}: {error}"));
        faults.extend(validator.iter_errors(value).map(|error| format!("{at}{}: {error}", error.instance_path())));
    };
    for (id, operation) in described(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten().map(resolved) {
            if let Some(example) = parameter.get("example") {
                // Who tries an operation out would send it, and no other service has the recorded ids.
                assert_eq!(parameter["required"], true, "{id}: {} has an example", parameter["name"]);
                validate(format!("{id} {}", parameter["name"]), &parameter["schema"], example);
            }
        }
        let mut contents = vec![(format!("{id} body"), operation["requestBody"]["content"].clone())];
        let responses = operation["responses"].as_object().expect("responses");
        contents
            .extend(responses.iter().map(|(status, it)| (format!("{id} {status}"), resolved(it)["content"].clone())));
        for (at, content) in contents {
            for (name, content) in content.as_object().into_iter().flatten() {
                let examples = content["examples"].as_object().cloned().unwrap_or_default();
                let binary = content["schema"]["format"] == "binary";
                // 202 is the response to an import that takes longer than the examples may.
                let is_rare = ["200", "202", "206"].iter().any(|status| at.ends_with(status));
                assert!(binary || is_rare || !examples.is_empty(), "{at}: {name} has no example");
                for (example, described) in examples {
                    validate(format!("{at} {example}"), &content["schema"], &resolved(&described)["value"]);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
