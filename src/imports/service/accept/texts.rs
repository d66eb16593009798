//! Collects the texts of the area's response from a proposal. The chief officer's comments are not among them, because
//! only the chief officer submits them.

use std::collections::HashSet;

use uuid::Uuid;

use crate::api::{Fault, Problem};
use crate::imports::proposal::{Fact, ProposedExplanation, ResponseRole};
use crate::imports::service::assessment::{Assessment, RecommendationIndex};
use crate::responses::{Branch, ImportedTexts};

/// Returns the texts. `recommendations` are the ids of those to which explanations can belong, in order.
///
/// # Errors
///
/// Returns 422 with a fault for each explanation that belongs to no recommendation, or to one that has another.
pub fn of(assessment: &Assessment, recommendations: &[Uuid]) -> Result<ImportedTexts, Problem> {
    let response = &assessment.proposal.response;
    let comments = std::iter::once(&response.policing_body_comments).chain(&response.policing_body_comments_also);
    let explanations = match response.force_answers_are.get() {
        Some(ResponseRole::ChiefOfficerComments) => Vec::new(),
        Some(ResponseRole::Explanations) | None => explanations(assessment, recommendations)?,
    };
    Ok(ImportedTexts {
        policing_body_comments: joined(comments),
        reply_to_chief_officer: response.reply_to_chief_officer.value.clone(),
        explanations,
    })
}

/// Returns the texts with a blank line between them, or none if there is no text.
fn joined<'f>(facts: impl Iterator<Item = &'f Fact<String>>) -> Option<String> {
    let texts: Vec<&str> = facts.filter_map(|fact| fact.get().map(String::as_str)).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

fn explanations(assessment: &Assessment, recommendations: &[Uuid]) -> Result<Vec<(Uuid, Branch, String)>, Problem> {
    let numbered = RecommendationIndex::of(&assessment.proposal, &assessment.choice);
    let mut explained = HashSet::new();
    let (mut explanations, mut faults): (Vec<(Uuid, Branch, String)>, _) = (Vec::new(), Vec::new());
    for (at, it) in assessment.proposal.response.explanations.iter().enumerate() {
        let ProposedExplanation { number, branch, text, policing_body } = it;
        let Some(text) = joined([text, policing_body].into_iter()) else { continue };
        let found = numbered.position(number).and_then(|position| recommendations.get(position));
        let Some(recommendation) = found else {
            let detail = format!("No recommendation has the number {number:?}.");
            faults.push(Fault::body(format!("/response/explanations/{at}/number"), "unknown_reference", detail));
            continue;
        };
        if !explained.insert(*recommendation) {
            let detail = format!(
                "Recommendation {number} has two explanations. Write both into one, and remove the text of the other."
            );
            faults.push(Fault::body(format!("/response/explanations/{at}/text"), "not_unique", detail));
            continue;
        }
        match branch.value {
            Some(branch) => explanations.push((*recommendation, branch, text)),
            None => {
                let detail = format!("The explanation of recommendation {number} has no branch. Answer it.");
                faults.push(Fault::body(format!("/response/explanations/{at}/branch"), "required", detail));
            }
        }
    }
    if faults.is_empty() { Ok(explanations) } else { Err(Problem::invalid(faults)) }
}
