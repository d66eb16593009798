//! The document held against the one of the last release: what a client of that relies on must still be there.
//! `RELEASE=1 cargo test compatibility` makes the present document the baseline, once nothing of the old one is broken.

mod cases;
mod operations;
mod schemas;

use std::env;
use std::fs;
use std::path::Path;

use section55::operations::kept;
use serde_json::Value;

use super::support::contract::Contract;

/// Without its examples, which promise nothing.
fn promised(document: &Value) -> Value {
    match document {
        Value::Object(members) => {
            let promising = members.iter().filter(|(name, _)| !["example", "examples"].contains(&name.as_str()));
            promising.map(|(name, member)| (name.clone(), promised(member))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(items) => items.iter().map(promised).collect(),
        other => other.clone(),
    }
}

#[test]
fn no_client_of_the_last_release_is_broken() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/baseline/v1.json");
    let baseline = fs::read_to_string(&path).expect("the baseline");
    let now = &Contract::shared().document;
    let broken = operations::broken(&serde_json::from_str(&baseline).expect("JSON"), now);
    assert!(
        broken.is_empty(),
        "clients of the last release would be broken; add beside what there is instead:\n{}",
        broken.join("\n")
    );
    if env::var_os("RELEASE").is_some() {
        fs::write(path, kept(&promised(now))).expect("the file is written");
    }
}
