//! A proposal as text: the facts with their places, the questions, the lines that no fact contains, and what accepting
//! does.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use super::Imported;
use crate::api::Problem;
use crate::auth::RequestId;

/// The most characters of a value on its line.
const MAX_CHARACTERS: usize = 100;

/// Returns one line about a file.
pub(super) fn summary(imported: &Imported) -> String {
    let Imported::Proposal(proposal) = imported else { return "rows written".to_owned() };
    let facts = &proposal.proposal;
    format!(
        "{}, {} recommendations, {} open questions, {} unclaimed lines; import {}",
        proposal.state,
        facts.recommendations.len(),
        facts.questions.len(),
        facts.unclaimed.len(),
        proposal.id,
    )
}

/// Returns why a file is refused: a sentence for each fault, or the problem document.
pub(super) fn refusal(
    path: &Path,
    problem: &Problem,
    id: &RequestId,
    as_json: bool,
) -> Result<String, serde_json::Error> {
    if as_json {
        return serde_json::to_string_pretty(&problem.document("", &id.0));
    }
    let mut text = String::new();
    let reason = match problem.faults().len() {
        0 | 1 => visible(problem.detail()),
        count => format!("it has {count} faults"),
    };
    line(&mut text, 0, &format!("section55: {} is refused: {reason}", path.display()));
    let faults = problem.faults().iter().map(|fault| fault.detail.as_str()).filter(|it| *it != problem.detail());
    faults.for_each(|detail| line(&mut text, 2, &visible(detail)));
    Ok(text.trim_end().to_owned())
}

/// Returns the text of a proposal, given as its JSON.
pub(super) fn proposal(path: &Path, import: &Value) -> Result<String, serde_json::Error> {
    let mut text = String::new();
    let id = import["id"].as_str().unwrap_or_default();
    let state = import["state"].as_str().unwrap_or_default();
    line(&mut text, 0, &format!("{} ({}): {state}, import {id}", path.display(), plain(&import["format"])));
    section(&mut text, "Inspection", &import["inspection"]);
    for (at, recommendation) in items(&import["recommendations"]).iter().enumerate() {
        section(&mut text, &format!("Recommendation /recommendations/{at}"), recommendation);
    }
    section(&mut text, "Response", &import["response"]);
    for (at, explanation) in items(&import["response"]["explanations"]).iter().enumerate() {
        let heading = format!("Explanation of {} /response/explanations/{at}", plain(&explanation["number"]));
        section(&mut text, &heading, explanation);
    }
    for (at, position) in items(&import["positions"]).iter().enumerate() {
        section(&mut text, &format!("Position on {} /positions/{at}", plain(&position["number"])), position);
    }
    questions(&mut text, items(&import["questions"]));
    candidates(&mut text, items(&import["candidates"]));
    list(&mut text, "Other imports of the same file", items(&import["same_file"]), |it| {
        format!("{} ({}), of {}", plain(&it["id"]), plain(&it["state"]), plain(&it["created_at"]))
    });
    differences(&mut text, items(&import["differences"]));
    list(&mut text, "Unclaimed lines", items(&import["unclaimed"]), |it| {
        format!("{} ({}): {}", place(it), plain(&it["reason"]), shorten(&plain(&it["text"])))
    });
    list(&mut text, "Notices", items(&import["notices"]), |it| plain(&it["detail"]));
    consequences(&mut text, &import["consequences"]);
    Ok(text.trim_end().to_owned())
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn line(text: &mut String, indent: usize, content: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{:indent$}{content}", "");
}

/// Writes the facts of a member that have a value.
fn section(text: &mut String, heading: &str, member: &Value) {
    let facts: Vec<(&String, &Value)> = member
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, fact)| fact.get("confidence").is_some() && !fact["value"].is_null())
        .collect();
    if facts.is_empty() {
        return;
    }
    line(text, 0, "");
    line(text, 0, heading);
    for (name, fact) in facts {
        let from = fact.get("from").map(place).filter(|place| !place.is_empty());
        let from = from.map(|place| format!(", {place}")).unwrap_or_default();
        let value = shorten(&plain(&fact["value"]));
        line(text, 2, &format!("{name}: {value}  [{}{from}]", plain(&fact["confidence"])));
    }
}

fn questions(text: &mut String, questions: &[Value]) {
    list(text, "Open questions", questions, |it| {
        let mut question = format!("{}: {}", plain(&it["pointer"]), plain(&it["detail"]));
        let options: Vec<String> = items(&it["options"]).iter().map(plain).collect();
        if !options.is_empty() {
            let _ = write!(question, " Options: {}.", options.join(", "));
        }
        if let Some(proposed) = it.get("proposed").filter(|proposed| !proposed.is_null()) {
            let _ = write!(question, " Proposed: {}.", shorten(&plain(proposed)));
        }
        question
    });
}

fn candidates(text: &mut String, candidates: &[Value]) {
    list(text, "Registered inspections that it may be", candidates, |it| {
        let why: Vec<String> = items(&it["why"]).iter().map(plain).collect();
        format!(
            "{} #{} {} ({}): {}",
            plain(&it["id"]),
            plain(&it["reference"]),
            plain(&it["title"]),
            plain(&it["published_on"]),
            why.join(", ")
        )
    });
}

fn differences(text: &mut String, differences: &[Value]) {
    list(text, "Differences from the record, which stays as it is", differences, |it| {
        let (record, document) = (shorten(&plain(&it["record"])), shorten(&plain(&it["document"])));
        format!("{} ({}): record {record}; file {document}", plain(&it["pointer"]), plain(&it["code"]))
    });
}

fn consequences(text: &mut String, consequences: &Value) {
    if consequences.is_null() {
        return;
    }
    line(text, 0, "");
    line(text, 0, "What accepting does");
    let registers = if consequences["registers"] == true { "registers an inspection" } else { "registers nothing" };
    let (responses, lines) = (&consequences["responses"], &consequences["lines"]);
    line(text, 2, registers);
    line(
        text,
        2,
        &format!(
            "publishing opens {} responses and {} assignments, {} of them past their day",
            plain(&responses["count"]),
            plain(&lines["count"]),
            plain(&lines["past"])
        ),
    );
    for it in items(&consequences["texts"]) {
        line(text, 2, &format!("{}: {}", plain(&it["pointer"]), plain(&it["detail"])));
    }
}

fn list(text: &mut String, heading: &str, items: &[Value], format: impl Fn(&Value) -> String) {
    if items.is_empty() {
        return;
    }
    line(text, 0, "");
    line(text, 0, &format!("{heading} ({})", items.len()));
    items.iter().for_each(|item| line(text, 2, &format(item)));
}

/// Returns the place of a source, such as `page 2, line 7`.
fn place(source: &Value) -> String {
    let part = |name: &str| source.get(name).filter(|it| !it.is_null()).map(|it| format!("{name} {}", plain(it)));
    ["page", "line", "cell"].iter().filter_map(|name| part(name)).collect::<Vec<_>>().join(", ")
}

/// Returns a text as it is, and any other value as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Returns a value on one line, cut if it is long.
fn shorten(value: &str) -> String {
    let one_line: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let one_line = visible(&one_line);
    match one_line.char_indices().nth(MAX_CHARACTERS) {
        None => one_line,
        Some((end, _)) => format!("{}…", &one_line[..end]),
    }
}

/// Returns a text without control characters, which would change the terminal.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
