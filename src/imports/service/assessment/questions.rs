//! The questions that are open: those of the reading without an answer, and those that the record raises.

mod about_inspection;

use std::collections::HashMap;

use serde_json::{Value, json};

use super::InspectionChoice;
use super::differences::matched_recommendations;
use super::matching::{RecommendationIndex, is_included};
use crate::api::Problem;
use crate::db::Session;
use crate::imports::model::ImportRecord;
use crate::imports::proposal::{Confidence, Fact, Proposal, Question, QuestionCode, ResponseRole};
use crate::imports::reading::list_of;
use crate::imports::views::Candidate;
use crate::recommendations::RecommendationKind;
use crate::responses::Branch;
use crate::vocabulary::WireName;

/// The longest reference that the service proposes, in characters.
const MAX_REFERENCE: usize = 100;

/// Returns the open questions of a proposal.
pub async fn open(
    db: &Session<'_>,
    record: &ImportRecord,
    proposal: &Proposal,
    choice: &InspectionChoice,
    candidates: &[Candidate],
) -> Result<Vec<Question>, Problem> {
    let mut questions = about_inspection::which_inspection(proposal, candidates);
    let of_reading = proposal.questions.iter().filter(|question| !record.answers.contains_key(&question.pointer));
    questions.extend(of_reading.cloned());
    if proposal.is_one_document.get() == Some(&false) && proposal.is_one_document.is_answered() {
        let detail = "The file contains several documents. Import each of them as a file of its own, and discard this \
                      import.";
        questions.push(ask("/is_one_document", detail, QuestionCode::SeveralDocuments));
    }
    let mut own = Vec::new();
    if choice.known().is_none() {
        about_inspection::members(db, record, proposal, &mut own).await?;
        recommendations(proposal, &own_reference(proposal, &own), &mut own);
    }
    if record.area.is_some() {
        explanations(proposal, choice, &mut own);
        missing_of_known(record, proposal, choice, &mut own);
    }
    let asked: HashMap<String, usize> =
        questions.iter().enumerate().rev().map(|(at, question)| (question.pointer.clone(), at)).collect();
    for question in own {
        match asked.get(&question.pointer) {
            None => questions.push(question),
            // The reading cannot know which reference is free.
            Some(at) if questions[*at].proposed.is_none() => questions[*at].proposed = question.proposed,
            Some(_) => {}
        }
    }
    questions.retain(|question| is_relevant(&question.pointer, proposal, choice, record.area.is_some()));
    Ok(questions)
}

/// Returns the inspection's reference: the fact, or the one that the service proposes.
fn own_reference(proposal: &Proposal, own: &[Question]) -> Option<String> {
    let proposed = || {
        let question = own.iter().find(|question| question.pointer == "/inspection/reference")?;
        question.proposed.as_ref()?.as_str().map(str::to_owned)
    };
    proposal.inspection.reference.get().cloned().or_else(proposed)
}

/// Returns false for a question whose answer nothing depends on: about what a registered inspection states already,
/// about an excluded recommendation, or about the response of an import without an area.
fn is_relevant(pointer: &str, proposal: &Proposal, choice: &InspectionChoice, has_area: bool) -> bool {
    let mut parts = pointer.split('/').skip(1);
    let (part, item) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let member = parts.next().unwrap_or_default();
    let is_known = choice.known().is_some();
    match part {
        "inspection" => !is_known || item == "inspection_id",
        "recommendations" => {
            let recommendation = item.parse().ok().and_then(|at: usize| proposal.recommendations.get(at));
            let included = recommendation.is_none_or(is_included);
            member == "included" || included && (!is_known || member == "number")
        }
        "response" | "positions" => has_area || item == "language",
        _ => true,
    }
}

/// Creates a question for a value that the file does not state.
fn ask(pointer: impl Into<String>, detail: impl Into<String>, code: QuestionCode) -> Question {
    Question::new(code, pointer, detail)
}

/// Returns a question with its possible answers.
fn offer(question: Question, options: &[&str]) -> Question {
    Question { options: options.iter().map(|option| json!(option)).collect(), ..question }
}

/// Returns a question with the answer that the service proposes.
fn propose(question: Question, proposed: Option<String>) -> Question {
    Question { proposed: proposed.map(Value::from), ..question }
}

/// Returns true if neither the file nor a person states the value.
fn is_missing<T>(fact: &Fact<T>) -> bool {
    fact.value.is_none() && fact.confidence != Confidence::Answered
}

/// Adds the questions about values that a recommendation of the record must have.
fn recommendations(proposal: &Proposal, inspection: &Option<String>, questions: &mut Vec<Question>) {
    let included = proposal.recommendations.iter().enumerate().filter(|(_, it)| is_included(it));
    for (position, (at, it)) in included.enumerate() {
        let number = it.number.get().cloned().unwrap_or_else(|| (position + 1).to_string());
        let named = format!("Recommendation {number}");
        if it.reference.value.is_none() {
            let detail = format!("{named} has no reference in the file. What is its reference?");
            let proposed = inspection.as_ref().map(|inspection| format!("{inspection}/{number}"));
            let proposed = proposed.filter(|proposed| proposed.chars().count() <= MAX_REFERENCE);
            let question = ask(format!("/recommendations/{at}/reference"), detail, QuestionCode::Missing);
            questions.push(propose(question, proposed));
        }
        if it.text.value.is_none() && it.welsh_text.value.is_none() {
            let detail = format!("{named} has no text in the file. What does it say?");
            questions.push(ask(format!("/recommendations/{at}/text"), detail, QuestionCode::Missing));
        }
        if is_missing(&it.kind) {
            let detail = format!("{named} does not state its kind. Which kind is it?");
            let question = ask(format!("/recommendations/{at}/kind"), detail, QuestionCode::Missing);
            questions.push(offer(question, RecommendationKind::NAMES));
        }
    }
}

/// Adds a question if a registered inspection has recommendations that the file of a response does not have. The law asks
/// for an explanation of each of them.
fn missing_of_known(
    record: &ImportRecord,
    proposal: &Proposal,
    choice: &InspectionChoice,
    questions: &mut Vec<Question>,
) {
    const POINTER: &str = "/recommendations_complete";
    let has_response = proposal.response.policing_body_comments.value.is_some()
        || proposal.response.explanations.iter().any(|it| it.text.value.is_some());
    let (Some(known), true, false) = (choice.known(), has_response, record.answers.contains_key(POINTER)) else {
        return;
    };
    let matched = matched_recommendations(proposal, known);
    let missing = known.recommendations.iter().enumerate().filter(|(at, _)| !matched.contains(&Some(*at)));
    let missing: Vec<String> = missing.map(|(_, it)| it.number.clone()).collect();
    if !missing.is_empty() {
        let detail = format!(
            "The registered inspection also has {}, which the file does not have. Add what was missed, or confirm that the \
             file does not have it.",
            list_of(&missing)
        );
        questions.push(Question { options: vec![json!(true)], ..ask(POINTER, detail, QuestionCode::Missing) });
    }
}

/// Adds the questions about explanations that no recommendation or branch is known for.
fn explanations(proposal: &Proposal, choice: &InspectionChoice, questions: &mut Vec<Question>) {
    if proposal.response.force_answers_are.get() == Some(&ResponseRole::ChiefOfficerComments) {
        return;
    }
    let recommendations = RecommendationIndex::of(proposal, choice);
    for (at, it) in proposal.response.explanations.iter().enumerate() {
        if it.text.value.is_none() && it.policing_body.value.is_none() {
            continue;
        }
        if recommendations.position(&it.number).is_none() {
            let detail = format!(
                "No recommendation has the number {:?}, which an explanation names. Add the recommendation or correct \
                 its number, or remove the explanation's text.",
                it.number
            );
            let pointer = format!("/response/explanations/{at}/text");
            questions.push(ask(pointer, detail, QuestionCode::Contradiction));
        } else if it.branch.value.is_none() {
            let detail = format!(
                "Does the explanation of recommendation {} state an action taken, an action proposed, or why there is \
                 none?",
                it.number
            );
            let pointer = format!("/response/explanations/{at}/branch");
            let question = ask(pointer, detail, QuestionCode::Missing);
            questions.push(offer(question, Branch::NAMES));
        }
    }
}
