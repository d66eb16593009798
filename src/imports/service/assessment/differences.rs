//! How a proposal differs from a registered inspection. Nothing is dropped: each value of the file that the record does
//! not have is listed.

use serde::Serialize;
use serde_json::{Value, json};

use super::KnownInspection;
use super::matching::{RecommendationIndex, is_included};
use crate::imports::proposal::{Fact, Proposal, ProposedRecommendation};
use crate::imports::views::{Difference, DifferenceKind};
use crate::recommendations::Recommendation;

/// Returns the differences, in the order of the proposal.
pub fn find(proposal: &Proposal, known: &KnownInspection) -> Vec<Difference> {
    let (facts, record) = (&proposal.inspection, &known.inspection);
    let mut found = Vec::new();
    compare("/inspection/reference", &record.reference, &facts.reference, &mut found);
    compare("/inspection/source", &record.source, &facts.source, &mut found);
    compare("/inspection/title", &record.title, &facts.title, &mut found);
    compare("/inspection/kind", &record.kind, &facts.kind, &mut found);
    compare("/inspection/scope", &record.scope, &facts.scope, &mut found);
    compare("/inspection/legal_basis", &record.legal_basis, &facts.legal_basis, &mut found);
    compare("/inspection/lead_inspectorate", &record.lead_inspectorate, &facts.lead_inspectorate, &mut found);
    let others = &record.participating_inspectorates;
    compare("/inspection/participating_inspectorates", others, &facts.participating_inspectorates, &mut found);
    compare("/inspection/published_on", &record.published_on, &facts.published_on, &mut found);
    compare("/inspection/report_url", &record.report_url, &facts.report_url, &mut found);
    compare("/inspection/key_findings", &record.key_findings, &facts.key_findings, &mut found);
    compare("/inspection/subjects", &record.subjects, &facts.subjects, &mut found);
    recommendations(proposal, known, &mut found);
    found
}

/// Adds a difference if the file states a value that is not the record's. Texts that differ only in white space are the
/// same.
fn compare<R: Serialize, D: Serialize>(pointer: &str, record: &R, fact: &Fact<D>, found: &mut Vec<Difference>) {
    let Some(document) = &fact.value else { return };
    let (record, document) = (json!(record), json!(document));
    let same = match (&record, &document) {
        (Value::String(record), Value::String(document)) => record.split_whitespace().eq(document.split_whitespace()),
        _ => record == document,
    };
    if !same {
        let pointer = pointer.to_owned();
        found.push(Difference { code: DifferenceKind::Differs, pointer, record, document });
    }
}

fn recommendations(proposal: &Proposal, known: &KnownInspection, found: &mut Vec<Difference>) {
    let matched = matched_recommendations(proposal, known);
    let mut met = vec![false; known.recommendations.len()];
    let included = proposal.recommendations.iter().enumerate().filter(|(_, it)| is_included(it));
    for (at, it) in included {
        match matched[at] {
            Some(index) => {
                met[index] = true;
                compare_recommendation(&format!("/recommendations/{at}"), &known.recommendations[index], it, found);
            }
            None => found.push(Difference {
                code: DifferenceKind::Additional,
                pointer: format!("/recommendations/{at}"),
                record: Value::Null,
                document: json!({ "reference": it.reference.value, "number": it.number.value, "text": it.text.value }),
            }),
        }
    }
    let missing = known.recommendations.iter().zip(met).filter(|(_, met)| !met);
    found.extend(missing.map(|(it, _)| Difference {
        code: DifferenceKind::Missing,
        pointer: "/recommendations".to_owned(),
        record: json!({ "id": it.id, "reference": it.reference, "number": it.number, "text": it.text }),
        document: Value::Null,
    }));
}

/// Returns for each recommendation of a proposal its position in the record, or none if it is additional or not included.
pub fn matched_recommendations(proposal: &Proposal, known: &KnownInspection) -> Vec<Option<usize>> {
    let of_record = RecommendationIndex::of_record(known);
    let mut position = 0;
    let each = proposal.recommendations.iter();
    each.map(|it| {
        if !is_included(it) {
            return None;
        }
        position += 1;
        match_recommendation(it, position - 1, &of_record)
    })
    .collect()
}

/// Returns the position in the record of a recommendation: by its reference, or else by its number.
fn match_recommendation(
    it: &ProposedRecommendation,
    position: usize,
    of_record: &RecommendationIndex,
) -> Option<usize> {
    let by_reference = it.reference.get().and_then(|reference| of_record.position_of_reference(reference));
    by_reference.or_else(|| match it.number.get() {
        Some(number) => of_record.position(number),
        None => of_record.position(&(position + 1).to_string()),
    })
}

fn compare_recommendation(at: &str, record: &Recommendation, it: &ProposedRecommendation, found: &mut Vec<Difference>) {
    compare(&format!("{at}/reference"), &record.reference, &it.reference, found);
    compare(&format!("{at}/number"), &record.number, &it.number, found);
    compare(&format!("{at}/kind"), &record.kind, &it.kind, found);
    compare(&format!("{at}/text"), &record.text, &it.text, found);
    // The date of a target is computed at publication, so only its kind and its words are compared.
    if let Some(target) = it.target.get()
        && (target.kind != record.target.kind || target.text != record.target.text)
    {
        compare(&format!("{at}/target"), &record.target, &it.target, found);
    }
    compare(&format!("{at}/addressees"), &record.addressees, &it.addressees, found);
    compare(&format!("{at}/themes"), &record.themes, &it.themes, found);
}
