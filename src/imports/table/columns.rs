//! The columns of a table, and how the text of a cell becomes the member it stands for.

use serde_json::{Map, Value};

/// What stands in a column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    /// A text, as it is.
    Text,
    /// A word of a closed list, in any case, with spaces or hyphens.
    WireName,
    /// Such words, separated by commas or semicolons.
    Words,
    /// Texts, separated by semicolons.
    Texts,
    /// A date: YYYY-MM-DD or DD/MM/YYYY.
    Date,
    /// `all`, or codes separated by commas or semicolons.
    Subjects,
}

/// (name, what it holds, what it means). Those of the inspection are read of the first row.
#[rustfmt::skip]
pub(super) const COLUMNS: [(&str, Holds, &str); 23] = [
    ("reference",         Holds::Text,  "Needed. The source's own reference: opaque, unique in the inspection."),
    ("number",            Holds::Text,  "The number in the report, such as 3.2; the place in the report where it is left out."),
    ("kind",              Holds::WireName,  "recommendation (where it is left out), area_for_improvement or cause_of_concern."),
    ("cause_of_concern",  Holds::Text,  "The reference of the cause of concern it belongs to."),
    ("text",              Holds::Text,  "Needed. The words of the report, verbatim."),
    ("addressees",        Holds::Words, "chief_constables, policing_bodies, home_office, college_of_policing, npcc, iopc, cps, hmicfrs, other; separated by commas."),
    ("target.kind",       Holds::WireName,  "immediate, by_date, within, ongoing or none."),
    ("target.text",       Holds::Text,  "The target as printed, such as: Within three months."),
    ("target.on",         Holds::Date,  "The day it means, where the report names one: YYYY-MM-DD or DD/MM/YYYY."),
    ("themes",            Holds::Texts, "What it is about; separated by semicolons."),
    ("supersedes",        Holds::Text,  "The id of the older recommendation it takes the place of."),
    ("reiterates",        Holds::Text,  "The id of the older recommendation it repeats."),
    ("inspection.reference",         Holds::Text,     "In the first row, where a new inspection is to be registered: its reference."),
    ("inspection.source",            Holds::Text,     "Who published the report; hmicfrs where it is left out."),
    ("inspection.title",             Holds::Text,     "The report's title."),
    ("inspection.kind",              Holds::WireName,     "The inspection's kind, such as national_thematic."),
    ("inspection.legal_basis",       Holds::Text,     "Under which enactment it was made."),
    ("inspection.scope",             Holds::WireName,     "national, regional or force."),
    ("inspection.lead_inspectorate", Holds::Text,     "The inspectorate that led it; hmicfrs where it is left out."),
    ("inspection.published_on",      Holds::Date,     "The day the report was published."),
    ("inspection.report_url",        Holds::Text,     "Where the report is."),
    ("inspection.key_findings",      Holds::Text,     "What it found, in short."),
    ("inspection.subjects",          Holds::Subjects, "all, or the codes of the areas it binds; separated by commas."),
];

/// What belongs to the inspection.
pub(super) const INSPECTION: &str = "inspection.";

/// A cell's text as the member it stands for; none where it is blank.
pub(super) fn value(holds: Holds, cell: &str) -> Option<Value> {
    let text = armed(cell.trim());
    if text.is_empty() {
        return None;
    }
    // A list as an export writes it.
    let list = || Some(text).filter(|text| text.starts_with('[')).and_then(|text| serde_json::from_str(text).ok());
    let split =
        |by: &[char]| text.split(by).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let listed = |by: &[char]| list().unwrap_or_else(|| -> Vec<String> { split(by) });
    Some(match holds {
        Holds::Text => Value::from(text),
        Holds::WireName => Value::from(word(text)),
        Holds::Words => listed(&[',', ';']).iter().map(|part| word(part)).collect(),
        Holds::Texts => listed(&[';']).into(),
        Holds::Date => Value::from(day(text)),
        Holds::Subjects if text.eq_ignore_ascii_case("all") => Value::from("all"),
        Holds::Subjects => listed(&[',', ';']).into(),
    })
}

/// The apostrophe that an export puts before what a spreadsheet would take for a formula is none of the text.
fn armed(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r'])).unwrap_or(text)
}

fn word(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '-'], "_")
}

/// A date as offices write it, made into one as it is stored; anything else as it is, for the schema to refuse.
fn day(text: &str) -> String {
    let mut parts = text.split('/');
    let (Some(day), Some(month), Some(year), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return text.to_owned();
    };
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if digits(day, 2) && digits(month, 2) && year.len() == 4 && digits(year, 4) {
        format!("{year}-{month:0>2}-{day:0>2}")
    } else {
        text.to_owned()
    }
}

/// Puts a member into a record: `target.on` into the member `target`, which is made where it is not there.
pub(super) fn put(record: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => drop(record.insert(name.to_owned(), value)),
        Some((outer, inner)) => {
            let within = record.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(within) = within {
                within.insert(inner.to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_is_read_as_what_its_column_holds() {
        for (holds, cell, means) in [
            (Holds::Text, "  3.2 ", json!("3.2")),
            (Holds::Text, "'=1", json!("=1")),
            (Holds::Text, "'tis", json!("'tis")),
            (Holds::WireName, "Area for Improvement", json!("area_for_improvement")),
            (Holds::Words, "Chief constables; npcc,", json!(["chief_constables", "npcc"])),
            (Holds::Words, "[\"npcc\"]", json!(["npcc"])),
            (Holds::Texts, "Call handling, triage; Custody", json!(["Call handling, triage", "Custody"])),
            (Holds::Date, "3/9/2022", json!("2022-09-03")),
            (Holds::Date, "2022-09-03", json!("2022-09-03")),
            (Holds::Date, "soon/9/2022", json!("soon/9/2022")),
            (Holds::Subjects, "ALL", json!("all")),
            (Holds::Subjects, "kent, cumbria", json!(["kent", "cumbria"])),
        ] {
            assert_eq!(value(holds, cell), Some(means), "{cell}");
        }
        assert_eq!(value(Holds::Text, "  "), None);
    }
}
