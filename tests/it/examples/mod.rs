//! The examples of the OpenAPI document. One story is told to the running service, each request by the person it is for;
//! what was sent and what came back is the example of its operation. `BLESS=1` writes them anew.

mod answer;
mod assurance;
mod documentation;
mod edges;
mod feeds;
mod record;
mod recorder;
mod refusals;
mod report;
mod retention;
mod searching;
mod stable;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;

use section55::operations;
use serde_json::{Value, json};

use super::goldens::BLESSING;
use super::support::App;
use super::support::contract::Contract;
use recorder::Story;

/// Every chapter, in order: a later one goes on where an earlier one ended. A new resource gets a chapter of its own.
async fn tell(story: &Story) {
    documentation::tell(story).await;
    let inspection = report::tell(story).await;
    let response = answer::tell(story, &inspection).await;
    assurance::tell(story, &inspection).await;
    searching::tell(story).await;
    edges::tell(story).await;
    refusals::tell(story, &inspection, &response).await;
    record::tell(story, &inspection, &response).await;
    feeds::tell(story).await;
    retention::tell(story, &response).await;
}

/// The operations of the document: id, then the operation.
fn described(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let paths = document["paths"].as_object().expect("paths").values();
    let each = paths.flat_map(|methods| methods.as_object().expect("operations").values());
    each.map(|operation| (operation["operationId"].as_str().expect("an id"), operation))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_has_an_example_that_the_service_answers_as_it_is_kept() {
    let story = Story::begin(App::start().await);
    tell(&story).await;
    let told = story.end();
    let document = &Contract::shared().document;
    let without: Vec<&str> =
        described(document).map(|(id, _)| id).filter(|id| told["operations"].get(id).is_none()).collect();
    assert!(without.is_empty(), "no chapter of tests/it/examples tells of {without:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi");
    let kept = fs::read_to_string(folder.join("examples.json")).expect("the examples");
    if kept == operations::kept(&told) {
        return;
    }
    if env::var_os("BLESS").is_some() {
        let _alone = BLESSING.lock().expect("no panic before");
        let document = operations::document_with(&operations::operations(), &told);
        fs::write(folder.join("examples.json"), operations::kept(&told)).expect("the file is written");
        fs::write(folder.join("openapi.json"), operations::kept(&document)).expect("the file is written");
        return;
    }
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    panic!("look at what changed, then BLESS=1 cargo test examples\n{}", differences(&kept, &told).join("\n"));
}

/// The examples that differ, each by its first differing line.
fn differences(kept: &Value, told: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["operations", "problems"] {
        let names = |all: &Value| -> BTreeSet<String> {
            all[part].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
        };
        let both: BTreeSet<String> = names(kept).union(&names(told)).cloned().collect();
        for name in both {
            let text = |all: &Value| serde_json::to_string_pretty(&all[part][&name]).unwrap_or_default();
            let (kept, told) = (text(kept), text(told));
            let mut lines = kept.lines().zip(told.lines());
            if let Some((was, is)) = lines.find(|(was, is)| was != is) {
                found.push(format!("{name}: {} is now {}", was.trim(), is.trim()));
            } else if kept.len() != told.len() {
                found.push(format!("{name}: more or fewer lines"));
            }
        }
    }
    found
}

#[test]
fn every_example_is_what_its_schema_says() {
    let document = &Contract::shared().document;
    let mut faults = Vec::new();
    let mut hold = |at: String, schema: &Value, value: &Value| {
        let whole = json!({ "allOf": [schema], "components": document["components"] });
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let validator = options.build(&whole).unwrap_or_else(|error| panic!("{at}: {error}"));
        faults.extend(validator.iter_errors(value).map(|error| format!("{at}{}: {error}", error.instance_path())));
    };
    for (id, operation) in described(document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if let Some(example) = parameter.get("example") {
                hold(format!("{id} {}", parameter["name"]), &parameter["schema"], example);
            }
        }
        let mut contents = vec![(format!("{id} body"), &operation["requestBody"]["content"])];
        let responses = operation["responses"].as_object().expect("responses");
        contents.extend(responses.iter().map(|(status, it)| (format!("{id} {status}"), &it["content"])));
        for (at, content) in contents {
            for (name, content) in content.as_object().into_iter().flatten() {
                let examples = content["examples"].as_object().cloned().unwrap_or_default();
                let binary = content["schema"]["format"] == "binary";
                assert!(
                    binary || at.ends_with("206") || at.ends_with("200") || !examples.is_empty(),
                    "{at}: {name} has no example"
                );
                for (example, said) in examples {
                    let target = said["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
                    hold(format!("{at} {example}"), &content["schema"], &target.unwrap_or(&said)["value"]);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
