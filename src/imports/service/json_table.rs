//! Makes a proposal of a table as JSON, `{"inspection": …, "rows": […]}`. Its members are facts that the file states.

use std::collections::HashMap;

use crate::api::{Fault, FaultList, Problem, ProblemKind};
use crate::files::TemporaryFile;
use crate::imports::document::Place;
use crate::imports::proposal::{
    Addressees, Confidence, Fact, Proposal, ProposedInspection, ProposedRecommendation, Source, UnclaimedLine,
    UnclaimedReason,
};
use crate::imports::row_import::ImportKind;
use crate::imports::table::{Table, TableRow, WorkbookReader};
use crate::inspections::InspectionRegistration;
use crate::recommendations::RecommendationRow;

/// The most rows of a table that becomes a proposal. A longer table is written into a draft.
pub const MAX_ROWS: usize = 2_000;

/// Returns the proposal of a table as JSON.
///
/// # Errors
///
/// Returns 400 if the file is not JSON, and 422 with the faults of the rows.
pub async fn read(file: TemporaryFile, workbooks: &WorkbookReader) -> Result<Proposal, Problem> {
    let mut table = Table::open(file, ImportKind::Json, workbooks).await?;
    let mut proposal = Proposal { is_one_document: printed(true), ..Proposal::default() };
    let mut faults = FaultList::default();
    match table.inspection.take() {
        Some(Ok(registration)) => inspection(registration, &mut proposal),
        Some(Err(of_inspection)) => faults.append(of_inspection),
        None => {}
    }
    let (mut rows, mut count) = (Vec::new(), 0);
    let mut batches = table.read_rows();
    while let Some(batch) = batches.recv().await {
        let batch = match batch {
            Ok(batch) => batch,
            Err(problem) if problem.kind() == ProblemKind::Invalid => {
                faults.append(problem.faults().iter().cloned().collect());
                break;
            }
            Err(problem) => return Err(problem),
        };
        for TableRow { content, .. } in batch {
            count += 1;
            match content {
                Ok(row) => rows.push(row),
                Err(of_row) => faults.append(of_row),
            }
        }
        if count > MAX_ROWS {
            let detail = format!(
                "The table has more than {MAX_ROWS} rows, too many for one person to check. Register a draft, and send \
                 the rows with `inspection_id`."
            );
            return Err(Problem::invalid(vec![Fault::body("/rows", "too_many", detail)]));
        }
    }
    if faults.is_empty() {
        faults = recommendations(rows, &mut proposal).into_iter().collect();
    }
    if faults.is_empty() { Ok(proposal) } else { Err(faults.into_problem(ProblemKind::Invalid)) }
}

fn printed<T>(value: T) -> Fact<T> {
    Fact { value: Some(value), confidence: Confidence::Printed, from: None }
}

fn printed_if_any<T>(value: Option<T>) -> Fact<T> {
    value.map_or_else(Fact::default, printed)
}

fn printed_list<T>(values: Vec<T>) -> Fact<Vec<T>> {
    printed_if_any((!values.is_empty()).then_some(values))
}

fn inspection(it: InspectionRegistration, proposal: &mut Proposal) {
    proposal.inspection = ProposedInspection {
        inspection_id: Fact::default(),
        reference: printed_if_any(Some(it.reference.into_string())),
        source: printed_if_any(it.source.map(|text| text.into_string())),
        title: printed_if_any(it.title.map(|text| text.into_string())),
        kind: printed_if_any(it.kind),
        scope: printed_if_any(it.scope),
        legal_basis: printed_if_any(it.legal_basis.map(|text| text.into_string())),
        lead_inspectorate: printed_if_any(it.lead_inspectorate.map(|text| text.into_string())),
        participating_inspectorates: printed_list(
            it.participating_inspectorates.into_iter().map(|text| text.into_string()).collect(),
        ),
        published_on: printed_if_any(it.published_on),
        report_url: printed_if_any(it.report_url),
        key_findings: printed_if_any(it.key_findings.map(|text| text.into_string())),
        subjects: printed_if_any(it.subjects),
    };
    for (name, value) in [
        ("registered_by", it.registered_by.map(|text| text.into_string())),
        ("follows_up", it.follows_up.map(|id| id.to_string())),
    ] {
        unclaimed(&format!("/inspection/{name}"), value, proposal);
    }
}

/// Adds a member that no fact of a proposal has.
fn unclaimed(pointer: &str, value: Option<String>, proposal: &mut Proposal) {
    let Some(value) = value else { return };
    let place = Place { cell: Some(pointer.to_owned()), ..Place::default() };
    let source = Source::new(&place, &value);
    proposal.unclaimed.push(UnclaimedLine { source, reason: UnclaimedReason::FormField });
}

/// Adds the rows. Returns a fault for each row whose cause of concern is not in the table.
fn recommendations(rows: Vec<RecommendationRow>, proposal: &mut Proposal) -> Vec<Fault> {
    let number = |at: usize, row: &RecommendationRow| {
        row.number.as_ref().map_or_else(|| (at + 1).to_string(), |number| number.to_string())
    };
    // A row names its cause of concern by reference, and a proposal by number.
    let causes: HashMap<String, String> =
        rows.iter().enumerate().map(|(at, row)| (row.reference.to_string(), number(at, row))).collect();
    let mut faults = Vec::new();
    for (at, row) in rows.into_iter().enumerate() {
        let cause = row.cause_of_concern.as_ref().map(|cause| cause.to_string());
        let cause_number = cause.as_ref().and_then(|cause| causes.get(cause).cloned());
        if let (Some(cause), None) = (&cause, &cause_number) {
            let detail = format!("There is no cause of concern with the reference {cause} in the table.");
            faults.push(Fault::body(format!("/rows/{at}/cause_of_concern"), "unknown_reference", detail));
        }
        unclaimed(&format!("/rows/{at}/supersedes"), row.supersedes.map(|id| id.to_string()), proposal);
        unclaimed(&format!("/rows/{at}/reiterates"), row.reiterates.map(|id| id.to_string()), proposal);
        proposal.recommendations.push(ProposedRecommendation {
            included: Fact::assumed(true),
            number: match &row.number {
                Some(number) => printed(number.to_string()),
                None => Fact::assumed((at + 1).to_string()),
            },
            reference: printed(row.reference.into_string()),
            kind: match row.kind {
                Some(kind) => printed(kind),
                None => Fact::assumed(crate::recommendations::RecommendationKind::Recommendation),
            },
            text: printed(row.text.into_string()),
            target: printed_if_any(row.target),
            addressees: printed_if_any((!row.addressees.is_empty()).then_some(Addressees(row.addressees))),
            themes: printed_list(row.themes.into_iter().map(|text| text.into_string()).collect()),
            cause_of_concern: printed_if_any(cause_number),
            ..ProposedRecommendation::default()
        });
    }
    faults
}

/// Returns true if a file is JSON by its first bytes: an object or a list.
pub fn is_json(first_bytes: &[u8]) -> bool {
    let text = first_bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first_bytes).trim_ascii_start();
    match text.split_first() {
        // `{\rtf` begins a document in Rich Text Format.
        Some((b'{', rest)) => matches!(rest.trim_ascii_start().first(), None | Some(b'"' | b'}')),
        Some((b'[', rest)) => matches!(rest.trim_ascii_start().first(), Some(b'{' | b']')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn an_object_or_a_list_is_json() {
        for (text, json) in [
            ("{\"rows\": []}", true),
            (" \n{ }", true),
            ("[]", true),
            ("{\\rtf1\\ansi}", false),
            ("[Draft] Response", false),
            ("1. Recommendation", false),
            ("", false),
        ] {
            assert_eq!(is_json(text.as_bytes()), json, "{text}");
        }
    }
}
