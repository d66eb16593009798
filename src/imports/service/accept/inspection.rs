//! Registers the inspection of a proposal with its recommendations, through the functions that register by hand.

use uuid::Uuid;

use crate::api::text::TextValidator;
use crate::api::{Fault, Problem};
use crate::auth::Call;
use crate::db::{Event, Tx};
use crate::imports::model::ImportRecord;
use crate::imports::proposal::{Language, Proposal, ProposedRecommendation};
use crate::imports::service::assessment::{InspectionChoice, RecommendationIndex, is_included, subjects_of};
use crate::inspections::{self, Inspection, InspectionRegistration};
use crate::recommendations::{RecommendationBatch, RecommendationRow};

/// Registers a draft. Returns the inspection, and the ids of its recommendations in the order of the included
/// recommendations of the proposal.
pub async fn register(
    tx: &Tx<'_>,
    record: &ImportRecord,
    proposal: &Proposal,
    call: &Call,
    events: &mut Vec<Event>,
) -> Result<(Inspection, Vec<Uuid>), Problem> {
    let inspection = inspections::new_draft(registration(record, proposal)?, call).map_err(at_inspection)?;
    events.push(inspections::register(tx, &inspection).await.map_err(at_inspection)?);
    let included: Vec<(usize, &ProposedRecommendation)> =
        proposal.recommendations.iter().enumerate().filter(|(_, it)| is_included(it)).collect();
    let rows = rows(proposal, &included)?;
    let mut batch = RecommendationBatch::load(tx, &inspection).await?;
    let mut faults = Vec::new();
    let locate = |(position, mut fault): (usize, Fault)| {
        let at = included.get(position).map_or(position, |(at, _)| *at);
        fault.pointer.insert_str(0, &format!("/recommendations/{at}"));
        fault
    };
    faults.extend(batch.add(tx, rows.into_iter().enumerate().collect(), false).await?.into_iter().map(locate));
    let is_faulty = !faults.is_empty();
    faults.extend(batch.link_causes(tx, is_faulty).await?.into_iter().map(locate));
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let of_recommendations = batch.events()?;
    // Each event is of one recommendation, in the order of the rows.
    let ids = of_recommendations.iter().map(|event| event.resource_id).collect();
    events.extend(of_recommendations);
    let found = inspections::store::find(tx, inspection.id).await?.ok_or_else(Problem::not_found)?;
    Ok((found, ids))
}

/// Returns a problem whose pointers name the facts of the proposal.
fn at_inspection(problem: Problem) -> Problem {
    if problem.faults().is_empty() {
        return problem;
    }
    let faults = problem.faults().iter().cloned().map(|mut fault| {
        fault.pointer.insert_str(0, "/inspection");
        fault
    });
    Problem::with_faults(problem.kind(), faults.collect())
}

fn registration(record: &ImportRecord, proposal: &Proposal) -> Result<InspectionRegistration, Problem> {
    let facts = &proposal.inspection;
    let mut text = TextValidator::default();
    let registration = InspectionRegistration {
        reference: text.short_text("/inspection/reference", facts.reference.get().map_or("", String::as_str)),
        source: facts.source.get().map(|source| text.short_text("/inspection/source", source)),
        title: facts.title.get().map(|title| text.single_line("/inspection/title", title)),
        kind: facts.kind.value,
        legal_basis: facts.legal_basis.get().map(|basis| text.single_line("/inspection/legal_basis", basis)),
        scope: facts.scope.value,
        lead_inspectorate: facts
            .lead_inspectorate
            .get()
            .map(|name| text.single_line("/inspection/lead_inspectorate", name)),
        participating_inspectorates: facts
            .participating_inspectorates
            .get()
            .into_iter()
            .flatten()
            .map(|name| text.single_line("/inspection/participating_inspectorates", name))
            .collect(),
        published_on: facts.published_on.value,
        report_url: facts.report_url.value.clone(),
        key_findings: facts.key_findings.get().map(|findings| text.long_text("/inspection/key_findings", findings)),
        subjects: subjects_of(record, proposal),
        registered_by: None,
        follows_up: None,
    };
    text.finish()?;
    Ok(registration)
}

fn rows(proposal: &Proposal, included: &[(usize, &ProposedRecommendation)]) -> Result<Vec<RecommendationRow>, Problem> {
    let mut text = TextValidator::default();
    let numbered = RecommendationIndex::of(proposal, &InspectionChoice::New);
    let language = proposal.response.language.value.unwrap_or(Language::English);
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for (at, it) in included {
        let pointer = |member: &str| format!("/recommendations/{at}/{member}");
        let cause = match it.cause_of_concern.get() {
            None => None,
            // A proposal names the cause of concern by number, and a row by reference.
            Some(number) => match numbered.reference(number) {
                Some(reference) => Some(text.short_text(&pointer("cause_of_concern"), reference)),
                None => {
                    let detail = format!("There is no cause of concern with the number {number:?} in the proposal.");
                    faults.push(Fault::body(pointer("cause_of_concern"), "unknown_reference", detail));
                    None
                }
            },
        };
        rows.push(RecommendationRow {
            reference: text.short_text(&pointer("reference"), it.reference.get().map_or("", String::as_str)),
            number: it.number.get().map(|number| text.single_line(&pointer("number"), number)),
            kind: it.kind.value,
            cause_of_concern: cause,
            text: text.long_text(&pointer("text"), &text_of(it, language)),
            addressees: it.addressees.get().map(|addressees| addressees.0.clone()).unwrap_or_default(),
            target: it.target.value.clone(),
            themes: it
                .themes
                .get()
                .into_iter()
                .flatten()
                .map(|theme| text.single_line(&pointer("themes"), theme))
                .collect(),
            supersedes: None,
            reiterates: None,
        });
    }
    text.finish()?;
    if faults.is_empty() { Ok(rows) } else { Err(Problem::invalid(faults)) }
}

/// Returns the text of a recommendation in the language of the record. If the file has only one language, its text is
/// used.
fn text_of(it: &ProposedRecommendation, language: Language) -> String {
    let english = it.text.get().map_or("", String::as_str);
    let welsh = it.welsh_text.get().map_or("", String::as_str);
    match (language, english, welsh) {
        (_, "", only) | (_, only, "") => only.to_owned(),
        (Language::English, english, _) => english.to_owned(),
        (Language::Welsh, _, welsh) => welsh.to_owned(),
        (Language::Both, english, welsh) => format!("{welsh}\n\n{english}"),
    }
}
