//! Checks the texts of a proposal by the rules of the record: their length, and the characters that they may contain.

use serde_json::Value;

use crate::api::text::TextValidator;
use crate::api::{Fault, Problem, escape};
use crate::imports::proposal::Proposal;

/// The most items of a list of texts.
const MAX_TEXTS: usize = 50;
/// The longest address, in characters.
const MAX_URL: usize = 2_000;

/// The rule for a text.
#[derive(Clone, Copy)]
enum TextRule {
    /// One short line, such as a reference.
    Short,
    /// One line.
    Line,
    /// A text of several lines.
    Long,
    /// An address on the web.
    Url,
}

/// Returns the rule of the fact with this name.
fn rule_of(name: &str) -> TextRule {
    match name {
        "reference" | "source" => TextRule::Short,
        "report_url" | "url" => TextRule::Url,
        "key_findings"
        | "text"
        | "welsh_text"
        | "policing_body_comments"
        | "chief_officer_comments"
        | "reply_to_chief_officer"
        | "policing_body"
        | "update"
        | "note" => TextRule::Long,
        // The further comments of the policing body have no name, but a number.
        number if number.bytes().all(|b| b.is_ascii_digit()) => TextRule::Long,
        _ => TextRule::Line,
    }
}

/// Returns the faults of the texts whose pointer `is_checked` accepts. `locate` returns the pointer of the fault.
///
/// # Errors
///
/// Returns 500 if the proposal cannot be serialised.
pub fn check_texts(
    proposal: &Proposal,
    is_checked: impl Fn(&str) -> bool,
    locate: impl Fn(&str) -> String,
) -> Result<Vec<Fault>, Problem> {
    let proposal = serde_json::to_value(proposal).map_err(Problem::internal)?;
    let mut facts = Vec::new();
    for part in ["inspection", "recommendations", "response", "positions"] {
        collect_facts(&proposal[part], format!("/{part}"), &mut facts);
    }
    let mut faults = Vec::new();
    for (pointer, value) in facts.into_iter().filter(|(pointer, _)| is_checked(pointer)) {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        match value {
            Value::String(text) => faults.extend(check_text(rule_of(name), &locate(&pointer), text)),
            Value::Array(items) if items.iter().all(Value::is_string) => {
                if items.len() > MAX_TEXTS {
                    let detail = format!("The list must have at most {MAX_TEXTS} items.");
                    faults.push(Fault::body(locate(&pointer), "too_many", detail));
                }
                for (at, text) in items.iter().take(MAX_TEXTS).enumerate() {
                    let text = text.as_str().unwrap_or_default();
                    faults.extend(check_text(TextRule::Line, &format!("{}/{at}", locate(&pointer)), text));
                }
            }
            // A target has a text of its own.
            Value::Object(members) => {
                if let Some(Value::String(text)) = members.get("text") {
                    faults.extend(check_text(TextRule::Line, &format!("{}/text", locate(&pointer)), text));
                }
            }
            _ => {}
        }
    }
    Ok(faults)
}

/// Adds the pointer and the value of each fact below a value.
fn collect_facts<'v>(value: &'v Value, pointer: String, facts: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Object(members) if members.contains_key("confidence") => facts.push((pointer, &value["value"])),
        Value::Object(members) => {
            for (name, member) in members {
                collect_facts(member, format!("{pointer}/{}", escape(name)), facts);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect_facts(item, format!("{pointer}/{at}"), facts);
            }
        }
        _ => {}
    }
}

fn check_text(rule: TextRule, pointer: &str, text: &str) -> Vec<Fault> {
    let mut validator = TextValidator::default();
    match rule {
        TextRule::Short => drop(validator.short_text(pointer, text)),
        TextRule::Line => drop(validator.single_line(pointer, text)),
        TextRule::Long => drop(validator.long_text(pointer, text)),
        TextRule::Url => {
            let is_web = text.starts_with("https://") || text.starts_with("http://");
            let host = text.split(['/', '?', '#']).nth(2).unwrap_or_default();
            if !is_web
                || host.contains('@')
                || text.chars().count() > MAX_URL
                || text.contains(|c: char| c.is_control() || c == ' ')
            {
                let detail = format!(
                    "The address must begin with https:// or http:// and have at most {MAX_URL} characters, without \
                     blanks and without a user name."
                );
                return vec![Fault::body(pointer, "wrong_format", detail)];
            }
        }
    }
    validator.finish().err().map(|problem| problem.faults().to_vec()).unwrap_or_default()
}
