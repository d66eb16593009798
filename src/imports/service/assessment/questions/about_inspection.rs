//! The questions that the record raises about the inspection of a proposal.

use chrono::Datelike;
use serde_json::json;

use super::super::candidates::{NEW, proposed};
use super::{ask, is_missing, offer, propose};
use crate::api::Problem;
use crate::calendar::london_date;
use crate::db::Session;
use crate::imports::model::ImportRecord;
use crate::imports::proposal::{Proposal, Question, QuestionCode};
use crate::imports::store::candidates as store;
use crate::imports::views::{Candidate, CandidateReason};
use crate::inspections::{InspectionKind, InspectionScope};
use crate::vocabulary::WireName;

/// Returns the question which registered inspection the file is about, unless a person answered it.
pub fn which_inspection(proposal: &Proposal, candidates: &[Candidate]) -> Vec<Question> {
    let fact = &proposal.inspection.inspection_id;
    if fact.is_answered() && fact.value.is_some() {
        return Vec::new();
    }
    let detail = match candidates {
        [] => {
            "No registered inspection has this reference, or a like title and day. Register the inspection?".to_owned()
        }
        [only] if only.why.contains(&CandidateReason::Reference) => {
            format!("The inspection {} is registered already. Is the file about it?", only.reference)
        }
        _ => {
            let references: Vec<&str> = candidates.iter().map(|candidate| candidate.reference.as_str()).collect();
            format!(
                "Registered inspections are like this one: {}. Is the file about one of them, or about a new one?",
                references.join(", ")
            )
        }
    };
    let mut question = ask("/inspection/inspection_id", detail, QuestionCode::Inspection);
    question.options = candidates.iter().map(|candidate| json!(candidate.id)).chain([json!(NEW)]).collect();
    vec![propose(question, proposed(candidates))]
}

/// Adds the questions about members that a new inspection must have.
pub async fn members(
    db: &Session<'_>,
    record: &ImportRecord,
    proposal: &Proposal,
    questions: &mut Vec<Question>,
) -> Result<(), Problem> {
    let facts = &proposal.inspection;
    let mut add = |member: &str, detail: &str, code, options: &[&str]| {
        questions.push(offer(ask(format!("/inspection/{member}"), detail, code), options));
    };
    if is_missing(&facts.title) {
        add("title", "The file states no title of the report. What is the title?", QuestionCode::Missing, &[]);
    }
    if is_missing(&facts.published_on) {
        let detail = "The file does not state on which day the report was published. Which day was it?";
        add("published_on", detail, QuestionCode::Missing, &[]);
    }
    if is_missing(&facts.kind) {
        let detail = "The file does not state the kind of inspection. Which kind was it?";
        add("kind", detail, QuestionCode::Missing, InspectionKind::NAMES);
    }
    if is_missing(&facts.scope) {
        let detail = "The file does not state which forces were inspected: all, those of a region, or one?";
        add("scope", detail, QuestionCode::Missing, InspectionScope::NAMES);
    }
    let binds_unknown_areas = match facts.scope.get() {
        Some(InspectionScope::Regional) => true,
        Some(InspectionScope::Force) => record.area.is_none(),
        Some(InspectionScope::National) | None => false,
    };
    if binds_unknown_areas && facts.subjects.value.is_none() {
        let detail = "Which areas does the inspection bind? List their codes.";
        add("subjects", detail, QuestionCode::Subjects, &[]);
    }
    if facts.reference.value.is_none() {
        let detail = "The file states no reference of the inspection. What is the reference? The proposed one is \
                      plainly this service's own.";
        let reference = propose_reference(db, record, proposal).await?;
        let question = ask("/inspection/reference", detail, QuestionCode::Missing);
        questions.push(propose(question, Some(reference)));
    }
    Ok(())
}

/// Returns a reference that is plainly the service's own and is not in use: `office:cumbria/2024-01`.
async fn propose_reference(db: &Session<'_>, record: &ImportRecord, proposal: &Proposal) -> Result<String, Problem> {
    let year = proposal.inspection.published_on.get().map_or(london_date(record.created_at).year(), Datelike::year);
    let beginning = format!("office:{}/{year}-", record.area.as_deref().unwrap_or("registrar"));
    let used = store::find_references(db, &beginning).await?;
    let numbers = used.iter().filter_map(|reference| reference[beginning.len()..].parse::<u32>().ok());
    Ok(format!("{beginning}{:02}", numbers.max().unwrap_or(0) + 1))
}
