//! `/v1/vocabulary`: every enum value has a label in English and in Welsh.

use std::collections::{BTreeMap, BTreeSet};

use section55::operations::{document, operations};
use serde_json::Value;

use crate::support::App;

/// The ends of the names of enums whose values are the names of members, not words for people.
const NAMES_OF_MEMBERS: [&str; 3] = ["Field", "Sort", "Expansion"];

/// Labels that are alike in both languages: names of formats, and words that Welsh has too.
const ALIKE: [&str; 3] = ["Data", "JSON", "JSON Lines"];

fn texts(values: &Value) -> Vec<String> {
    values.as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// Returns the enums of the OpenAPI document with their values, and the unions of actions with theirs.
fn enums() -> BTreeMap<String, Vec<String>> {
    let document = document(&operations());
    let mut found = BTreeMap::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("components") {
        if schema["enum"].is_array() && !NAMES_OF_MEMBERS.iter().any(|end| name.ends_with(end)) {
            found.insert(name.clone(), texts(&schema["enum"]));
        }
        if schema["discriminator"]["propertyName"] == "action" {
            let actions = schema["discriminator"]["mapping"].as_object().expect("a mapping");
            found.insert(name.clone(), actions.keys().cloned().collect());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_enum_value_has_a_label_in_english_and_in_welsh() {
    let app = App::start().await;
    let vocabulary = app.public().get("/v1/vocabulary").await.expect(200);
    let mut labelled: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for item in vocabulary.body["items"].as_array().expect("a list") {
        let name = item["name"].as_str().expect("a name");
        let values = item["values"].as_array().expect("values");
        let names = values.iter().map(|it| it["value"].as_str().expect("a value").to_owned()).collect();
        assert!(labelled.insert(name.to_owned(), names).is_none(), "{name} occurs twice");
        let mut seen = [BTreeSet::new(), BTreeSet::new()];
        for value in values {
            let labels = ["en", "cy"].map(|language| value["label"][language].as_str().expect("a label"));
            for (label, seen) in labels.iter().zip(&mut seen) {
                let is_sentence_case = label.chars().next().is_some_and(char::is_uppercase) && !label.ends_with('.');
                if !is_sentence_case || label.trim() != *label || !seen.insert(*label) {
                    wrong.push(format!("{name}: {label:?} is not a label of its own in sentence case"));
                }
            }
            if labels[0] == labels[1] && !ALIKE.contains(&labels[0]) {
                wrong.push(format!("{name}: {labels:?} is one language"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(labelled, enums());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_labels_use_the_words_of_the_field() {
    let app = App::start().await;
    let vocabulary = app.public().get("/v1/vocabulary").await.expect(200);
    let label = |name: &str, value: &str| {
        let items = vocabulary.body["items"].as_array().expect("a list");
        let values = &items.iter().find(|it| it["name"] == name).expect("an enum")["values"];
        let found = values.as_array().expect("values").iter().find(|it| it["value"] == value).expect("a value");
        ["en", "cy"].map(|language| found["label"][language].as_str().expect("a label").to_owned())
    };
    for (name, value, expected) in [
        ("RecommendationKind", "recommendation", ["Recommendation", "Argymhelliad"]),
        ("RecommendationKind", "cause_of_concern", ["Cause of concern", "Achos pryder"]),
        ("RecommendationKind", "area_for_improvement", ["Area for improvement", "Maes i'w wella"]),
        ("InspectionState", "draft", ["Draft", "Drafft"]),
        ("ResponseState", "published", ["Published", "Cyhoeddwyd"]),
        ("ResponseTransition", "publish", ["Publish", "Cyhoeddi"]),
        ("AreaCountry", "wales", ["Wales", "Cymru"]),
    ] {
        assert_eq!(label(name, value), expected.map(str::to_owned), "{name}.{value}");
    }
}
