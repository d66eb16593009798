//! Merges a further row of a recommendation into its record, as where the cell of the text is merged over several rows.

use serde_json::json;

use super::record::{About, Record};
use super::words::normalize;
use crate::imports::proposal::{Confidence, Fact, QuestionCode};

/// Merges a further row. Texts are joined; days and statuses that differ are asked about.
pub(super) fn merge(record: &mut Record, further: Record) {
    let Record { position, explanation, policing_body_explanation, notes, asked, .. } = further;
    join(&mut record.position.owner, position.owner, "; ");
    join(&mut record.position.update, position.update, "\n");
    join(&mut record.explanation, explanation, "\n");
    join(&mut record.policing_body_explanation, policing_body_explanation, "\n");
    if record.undated_update_in.is_none() {
        record.undated_update_in = further.undated_update_in;
    }
    if position.update_on.value > record.position.update_on.value {
        record.position.update_on = position.update_on;
    }
    merge_days(record, position.local_target_on);
    let statuses = [
        ("force_status", &record.force_words, &further.force_words),
        ("body_view", &record.body_words, &further.body_words),
        ("inspectorate_status", &record.inspectorate_words, &further.inspectorate_words),
    ];
    for (member, own, other) in statuses {
        if let (Some(own), Some(other)) = (own, other)
            && normalize(&own.text) != normalize(&other.text)
        {
            record.further_words.push((member, other.clone()));
        }
    }
    record.force_words = record.force_words.take().or(further.force_words);
    record.body_words = record.body_words.take().or(further.body_words);
    record.inspectorate_words = record.inspectorate_words.take().or(further.inspectorate_words);
    for note in notes {
        if !record.notes.contains(&note) {
            record.notes.push(note);
        }
    }
    record.asked.extend(asked);
}

/// Joins two texts, unless one contains the other.
fn join(own: &mut Fact<String>, other: Fact<String>, between: &str) {
    match (&mut own.value, other.value) {
        (Some(own), Some(other)) => {
            if !own.split(between).any(|part| part == other) {
                own.push_str(between);
                own.push_str(&other);
            }
        }
        (None, Some(value)) => *own = Fact { value: Some(value), confidence: other.confidence, from: other.from },
        (_, None) => {}
    }
}

fn merge_days(record: &mut Record, other: Fact<chrono::NaiveDate>) {
    let own = &mut record.position.local_target_on;
    match (own.value, other.value) {
        (Some(first), Some(second)) if first != second => {
            own.value = None;
            own.confidence = Confidence::Missing;
            let from = own.from.clone().unwrap_or_default();
            let detail = format!(
                "The rows of the recommendation at {} state the target days {first} and {second}. Which one is it?",
                record.at
            );
            let asked = record.ask(About::Position("local_target_on"), QuestionCode::Contradiction, detail, from);
            asked.options = vec![json!(first), json!(second)];
            asked.proposed = Some(json!(first.max(second)));
        }
        (None, Some(_)) => *own = other,
        _ => {}
    }
}
