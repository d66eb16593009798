//! The columns of a table, and the conversion of a cell's text into a JSON value.

use serde_json::{Map, Value};

/// The type of the values in a column.
#[derive(Clone, Copy, Debug)]
pub(super) enum ColumnType {
    /// Text, unchanged.
    Text,
    /// A name from a closed list, in any case. Spaces and hyphens stand for underscores.
    Name,
    /// Names from a closed list, separated by commas or semicolons.
    Names,
    /// Texts, separated by semicolons.
    Texts,
    /// A date: YYYY-MM-DD or DD/MM/YYYY.
    Date,
    /// `all`, or area codes separated by commas or semicolons.
    Subjects,
}

/// The columns: name, type and meaning. The columns of the inspection are read from the first row.
#[rustfmt::skip]
pub(super) const COLUMNS: [(&str, ColumnType, &str); 23] = [
    ("reference",         ColumnType::Text,  "Required. The source's reference for the recommendation, unique in the inspection."),
    ("number",            ColumnType::Text,  "The number in the report, such as 3.2; if empty, the position in the report."),
    ("kind",              ColumnType::Name,  "recommendation (the default), area_for_improvement or cause_of_concern."),
    ("cause_of_concern",  ColumnType::Text,  "The reference of the cause of concern that the recommendation belongs to."),
    ("text",              ColumnType::Text,  "Required. The text, exactly as in the report."),
    ("addressees",        ColumnType::Names, "chief_constables, policing_bodies, home_office, college_of_policing, npcc, iopc, cps, hmicfrs, other; separated by commas."),
    ("target.kind",       ColumnType::Name,  "immediate, by_date, within, ongoing or none."),
    ("target.text",       ColumnType::Text,  "The target as printed, such as: Within three months."),
    ("target.on",         ColumnType::Date,  "The date of the target, if the report states one: YYYY-MM-DD or DD/MM/YYYY."),
    ("themes",            ColumnType::Texts, "The themes of the recommendation; separated by semicolons."),
    ("supersedes",        ColumnType::Text,  "The id of the older recommendation that this one replaces."),
    ("reiterates",        ColumnType::Text,  "The id of the older recommendation that this one repeats."),
    ("inspection.reference",         ColumnType::Text,     "In the first row, to register a new inspection: the inspection's reference."),
    ("inspection.source",            ColumnType::Text,     "The body that published the report; hmicfrs if empty."),
    ("inspection.title",             ColumnType::Text,     "The report's title."),
    ("inspection.kind",              ColumnType::Name,     "The inspection's kind, such as national_thematic."),
    ("inspection.legal_basis",       ColumnType::Text,     "The enactment under which the inspection was made."),
    ("inspection.scope",             ColumnType::Name,     "national, regional or force."),
    ("inspection.lead_inspectorate", ColumnType::Text,     "The inspectorate that led the inspection; hmicfrs if empty."),
    ("inspection.published_on",      ColumnType::Date,     "The day on which the report was published."),
    ("inspection.report_url",        ColumnType::Text,     "The report's address on the web."),
    ("inspection.key_findings",      ColumnType::Text,     "The report's key findings."),
    ("inspection.subjects",          ColumnType::Subjects, "all, or the codes of the areas that the inspection binds; separated by commas."),
];

/// The prefix of the columns of the inspection.
pub(super) const INSPECTION_PREFIX: &str = "inspection.";

/// Converts a cell's text into a JSON value. Returns none for a blank cell.
pub(super) fn parse_cell(column_type: ColumnType, cell: &str) -> Option<Value> {
    let text = remove_formula_escape(cell.trim());
    if text.is_empty() {
        return None;
    }
    // An export writes a list as JSON text.
    let json_list = || Some(text).filter(|text| text.starts_with('[')).and_then(|text| serde_json::from_str(text).ok());
    let split =
        |by: &[char]| text.split(by).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let list = |by: &[char]| json_list().unwrap_or_else(|| -> Vec<String> { split(by) });
    Some(match column_type {
        ColumnType::Text => Value::from(text),
        ColumnType::Name => Value::from(normalize_name(text)),
        ColumnType::Names => list(&[',', ';']).iter().map(|part| normalize_name(part)).collect(),
        ColumnType::Texts => list(&[';']).into(),
        ColumnType::Date => Value::from(normalize_date(text)),
        ColumnType::Subjects if text.eq_ignore_ascii_case("all") => Value::from("all"),
        ColumnType::Subjects => list(&[',', ';']).into(),
    })
}

/// Removes the apostrophe that an export puts before a possible formula.
fn remove_formula_escape(text: &str) -> &str {
    let is_formula = |rest: &&str| {
        rest.starts_with(['\t', '\r'])
            || rest.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'])
    };
    text.strip_prefix('\'').filter(is_formula).unwrap_or(text)
}

fn normalize_name(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '-'], "_")
}

/// Converts DD/MM/YYYY to YYYY-MM-DD. Other text stays as it is, and the schema refuses it.
fn normalize_date(text: &str) -> String {
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

/// Inserts a member into a record. The name `target.on` inserts `on` into the member `target`, which is created if
/// absent.
pub(super) fn insert_member(record: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => drop(record.insert(name.to_owned(), value)),
        Some((outer, inner)) => {
            let inner_record = record.entry(outer).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner_record) = inner_record {
                inner_record.insert(inner.to_owned(), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_is_parsed_by_the_type_of_its_column() {
        for (column_type, cell, expected) in [
            (ColumnType::Text, "  3.2 ", json!("3.2")),
            (ColumnType::Text, "'=1", json!("=1")),
            (ColumnType::Text, "'tis", json!("'tis")),
            (ColumnType::Name, "Area for Improvement", json!("area_for_improvement")),
            (ColumnType::Names, "Chief constables; npcc,", json!(["chief_constables", "npcc"])),
            (ColumnType::Names, "[\"npcc\"]", json!(["npcc"])),
            (ColumnType::Texts, "Call handling, triage; Custody", json!(["Call handling, triage", "Custody"])),
            (ColumnType::Date, "3/9/2022", json!("2022-09-03")),
            (ColumnType::Date, "2022-09-03", json!("2022-09-03")),
            (ColumnType::Date, "soon/9/2022", json!("soon/9/2022")),
            (ColumnType::Subjects, "ALL", json!("all")),
            (ColumnType::Subjects, "kent, cumbria", json!(["kent", "cumbria"])),
        ] {
            assert_eq!(parse_cell(column_type, cell), Some(expected), "{cell}");
        }
        assert_eq!(parse_cell(ColumnType::Text, "  "), None);
    }
}
