//! The answers and corrections of the person who imports a file. They never change what was read: the proposal that a
//! person sees is the reading with the answers applied.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::model::{Proposal, ProposedExplanation, ProposedRecommendation};
use crate::api::{Fault, Problem};

/// The answers, by JSON Pointer (RFC 6901) to a fact of the proposal, such as `/inspection/reference`.
///
/// An empty text or list removes the value. A pointer to the place after the last item of a list adds an item, whose
/// answer is an object of values.
pub type Answers = BTreeMap<String, Value>;

/// The lists to which an answer can add an item.
const EXTENSIBLE: [&str; 2] = ["/recommendations", "/response/explanations"];

/// The most items of a list.
const MAX_ITEMS: usize = 2_000;
/// The most faults that are returned.
const MAX_FAULTS: usize = 100;

/// Returns the proposal with the answers applied.
///
/// # Errors
///
/// Returns 422 with a fault for each answer whose pointer names no fact, or whose value the fact cannot have.
pub fn apply_answers(read: &Proposal, answers: &Answers) -> Result<Proposal, Problem> {
    if answers.is_empty() {
        return Ok(read.clone());
    }
    let mut proposal = serde_json::to_value(read).map_err(Problem::internal)?;
    let mut faults = Vec::new();
    // Short pointers first, in the order of their numbers, so that an added item exists before an answer to one of its
    // members.
    let mut ordered: Vec<_> = answers.iter().collect();
    ordered.sort_by_key(|(pointer, _)| (pointer.split('/').count(), index_of(pointer)));
    for (pointer, value) in ordered {
        faults.extend(apply(&mut proposal, pointer, value).err());
    }
    // Each round finds the first value of the wrong type, and removes it to find the next.
    while faults.len() < MAX_FAULTS {
        let error = match serde_path_to_error::deserialize::<_, Proposal>(&proposal) {
            Ok(proposal) if faults.is_empty() => return Ok(proposal),
            Ok(_) => break,
            Err(error) => error,
        };
        let path = pointer_of(error.path());
        let wrong = answers.keys().filter(|pointer| path == **pointer || path.starts_with(&format!("{pointer}/")));
        let Some(pointer) = wrong.max_by_key(|pointer| pointer.len()) else {
            return Err(Problem::internal(format!("a proposal cannot be read at {path}: {error}")));
        };
        let detail = format!("The value does not fit `{pointer}`: {}.", error.inner());
        faults.push(Fault::body(pointer_to(pointer), "wrong_value", detail));
        if let Some(answered) = proposal.pointer_mut(pointer) {
            *answered = if is_fact(answered) { json!({ "confidence": "missing" }) } else { json!({}) };
        }
    }
    Err(Problem::invalid(faults))
}

/// Applies one answer.
fn apply(proposal: &mut Value, pointer: &str, value: &Value) -> Result<(), Fault> {
    match proposal.pointer_mut(pointer) {
        Some(fact) if is_fact(fact) => *fact = answered_fact(fact, value),
        Some(_) => {
            let detail = format!("`{pointer}` is not a fact. Name one of its members, such as `{pointer}/text`.");
            return Err(Fault::body(pointer_to(pointer), "not_a_fact", detail));
        }
        None => {
            let unknown = || {
                let detail = format!("The proposal has no member `{pointer}`. Use a pointer of the proposal.");
                Fault::body(pointer_to(pointer), "unknown_member", detail)
            };
            let (list, index) = pointer.rsplit_once('/').ok_or_else(unknown)?;
            let items = if EXTENSIBLE.contains(&list) { proposal.pointer_mut(list) } else { None };
            let (Some(Value::Array(items)), Value::Object(members)) = (items, value) else { return Err(unknown()) };
            if index.parse() != Ok(items.len()) || items.len() >= MAX_ITEMS {
                return Err(unknown());
            }
            let at = items.len();
            items.push(new_item(list, members).map_err(|name| {
                let detail = format!("An item of `{list}` has no member {name:?}.");
                Fault::body(pointer_to(&format!("{list}/{at}/{name}")), "unknown_member", detail)
            })?);
        }
    }
    Ok(())
}

/// Returns the pointer to an answer in the body of the request.
fn pointer_to(pointer: &str) -> String {
    format!("/answers/{}", pointer.replace('~', "~0").replace('/', "~1"))
}

/// Returns a path as a JSON Pointer.
fn pointer_of(path: &serde_path_to_error::Path) -> String {
    let segments = path.iter().map(|segment| format!("/{segment}").replace(['[', ']'], ""));
    segments.collect()
}

/// Returns the first number in a pointer.
fn index_of(pointer: &str) -> usize {
    pointer.split('/').find_map(|part| part.parse().ok()).unwrap_or(0)
}

fn is_fact(value: &Value) -> bool {
    value.get("confidence").is_some()
}

/// Returns the fact with the answer as its value and the confidence `answered`. Keeps `from`, the place in the file.
fn answered_fact(fact: &Value, value: &Value) -> Value {
    let is_empty = value.as_str().is_some_and(|text| text.trim().is_empty()) || *value == json!([]);
    let mut answered = json!({ "value": if is_empty { &Value::Null } else { value }, "confidence": "answered" });
    if let (Some(from), Some(answered)) = (fact.get("from"), answered.as_object_mut()) {
        answered.insert("from".to_owned(), from.clone());
    }
    answered
}

/// Returns an item whose members are answered facts, or the name of a member that an item does not have. The other
/// members are missing, so that a later answer can name them. An explanation's `number` is a plain value.
fn new_item(list: &str, members: &Map<String, Value>) -> Result<Value, String> {
    let is_explanation = list == "/response/explanations";
    let mut item = match is_explanation {
        true => json!(ProposedExplanation::default()),
        false => json!(ProposedRecommendation::default()),
    };
    for (name, value) in members {
        let member = item.get_mut(name).ok_or_else(|| name.clone())?;
        let plain = is_explanation && name == "number";
        *member = if plain { value.clone() } else { answered_fact(&Value::Null, value) };
    }
    Ok(item)
}
