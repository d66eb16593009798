//! Compares the OpenAPI document with that of the last release and fails on changes that break clients.
//! `RELEASE=1 cargo test compatibility` makes the present document the baseline, if it breaks nothing.

mod cases;
mod operations;
mod schemas;

use std::env;
use std::fs;
use std::path::Path;

use section55::operations::pretty_json;
use serde_json::Value;

use super::support::contract::{Contract, inlined};

/// Returns the document without its examples, which are no promise to clients.
fn without_examples(document: &Value) -> Value {
    match document {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !["example", "examples"].contains(&name.as_str()));
            kept.map(|(name, member)| (name.clone(), without_examples(member)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        Value::Array(items) => items.iter().map(without_examples).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_document_has_no_breaking_changes_since_the_last_release() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/baseline/v1.json");
    let baseline = fs::read_to_string(&path).expect("the baseline");
    let baseline = inlined(serde_json::from_str(&baseline).expect("JSON"));
    let changes = operations::breaking_changes(&baseline, &Contract::shared().document);
    assert!(
        changes.is_empty(),
        "these changes break clients of the last release; add members or operations instead of changing them:\n{}",
        changes.join("\n")
    );
    if env::var_os("RELEASE").is_some() {
        let now = section55::operations::document(&section55::operations::operations());
        fs::write(path, pretty_json(&without_examples(&now))).expect("the file is written");
    }
}
