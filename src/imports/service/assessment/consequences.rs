//! What accepting a proposal and publishing its inspection would do, so that a person knows before they accept.

use chrono::NaiveDate;

use super::InspectionChoice;
use super::matching::{RecommendationIndex, is_included};
use crate::api::Problem;
use crate::areas;
use crate::auth::Call;
use crate::db::Session;
use crate::imports::model::ImportRecord;
use crate::imports::proposal::{Proposal, ResponseRole};
use crate::imports::views::{Consequences, OpenedLines, OpenedResponses, TextConsequence, TextEffect};
use crate::inspections::{self, InspectionScope, Subjects};
use crate::recommendations::{RecommendationKind, RecommendationTarget};

/// Returns the consequences. Nothing is opened if the inspection is published already.
pub async fn compute(
    db: &Session<'_>,
    record: &ImportRecord,
    proposal: &Proposal,
    choice: &InspectionChoice,
    call: &Call,
) -> Result<Consequences, Problem> {
    let known = choice.known();
    let is_published = known.is_some_and(|known| known.inspection.state == inspections::State::Published);
    let mut effects = texts(record, proposal, is_published);
    effects.extend(lost_positions(record, proposal, choice));
    let mut consequences = Consequences { registers: known.is_none(), texts: effects, ..Consequences::default() };
    if is_published {
        return Ok(consequences);
    }
    let today = call.today();
    let on = known.map_or(proposal.inspection.published_on.value, |known| known.inspection.published_on);
    let subjects = match known {
        Some(known) => Some(known.inspection.subjects.clone()),
        None => subjects(record, proposal),
    };
    let areas = match &subjects {
        Some(subjects) => areas::codes_valid_on(db, on.unwrap_or(today), subjects.codes()).await?,
        None => Vec::new(),
    };
    let days: Vec<Option<NaiveDate>> = match known {
        Some(known) => {
            let tracked = known.recommendations.iter().filter(|it| it.kind != RecommendationKind::CauseOfConcern);
            tracked.map(|it| day_of(Some(&it.target), on)).collect()
        }
        None => {
            let included = proposal.recommendations.iter().filter(|it| is_included(it));
            let tracked = included.filter(|it| it.kind.get() != Some(&RecommendationKind::CauseOfConcern));
            tracked.map(|it| day_of(it.target.get(), on)).collect()
        }
    };
    let past = days.iter().flatten().filter(|day| **day < today).count();
    consequences.lines = OpenedLines { count: days.len() * areas.len(), past: past * areas.len() };
    consequences.responses = OpenedResponses { count: areas.len(), areas };
    Ok(consequences)
}

/// Returns the areas that the new inspection will bind, or none if that is not known yet.
pub fn subjects(record: &ImportRecord, proposal: &Proposal) -> Option<Subjects> {
    let facts = &proposal.inspection;
    if let Some(subjects) = facts.subjects.get() {
        return Some(subjects.clone());
    }
    match (facts.scope.get(), &record.area) {
        (Some(InspectionScope::National), _) => Some(Subjects::All),
        (Some(InspectionScope::Force), Some(area)) => Some(Subjects::Codes(vec![area.clone()])),
        _ => None,
    }
}

/// Returns the day of a target of a report that was published on a day.
fn day_of(target: Option<&RecommendationTarget>, on: Option<NaiveDate>) -> Option<NaiveDate> {
    let (target, on) = (target?, on?);
    target.compute_date(target.basis(), on).0
}

/// Returns what happens with each text of the response.
fn texts(record: &ImportRecord, proposal: &Proposal, is_published: bool) -> Vec<TextConsequence> {
    let response = &proposal.response;
    let stays = "Only the chief officer submits the chief officer's comments, so the text stays in the import. An \
                 approver can record it with `record_published` on the response.";
    let written = match (&record.area, is_published) {
        (None, _) => (TextEffect::NotWritten, "The import has no area, so it has no response."),
        (Some(_), true) => (TextEffect::IntoResponse, "The text is written into the area's response."),
        (Some(_), false) => (
            TextEffect::AfterPublication,
            "The text is written into the area's response when the inspection is published: at once with `publish`.",
        ),
    };
    let kept = if record.area.is_some() { (TextEffect::RecordPublished, stays) } else { written };
    let mut texts = Vec::new();
    let mut add = |pointer: String, is_present: bool, (effect, detail): (TextEffect, &str)| {
        if is_present {
            texts.push(TextConsequence { pointer, effect, detail: detail.to_owned() });
        }
    };
    let policing_body = &response.policing_body_comments;
    add("/response/policing_body_comments".to_owned(), policing_body.value.is_some(), written);
    for (at, also) in response.policing_body_comments_also.iter().enumerate() {
        add(format!("/response/policing_body_comments_also/{at}"), also.value.is_some(), written);
    }
    add("/response/chief_officer_comments".to_owned(), response.chief_officer_comments.value.is_some(), kept);
    add("/response/reply_to_chief_officer".to_owned(), response.reply_to_chief_officer.value.is_some(), written);
    let are_comments = response.force_answers_are.get() == Some(&ResponseRole::ChiefOfficerComments);
    for (at, explanation) in response.explanations.iter().enumerate() {
        let is_present = explanation.text.value.is_some() || explanation.policing_body.value.is_some();
        add(format!("/response/explanations/{at}"), is_present, if are_comments { kept } else { written });
    }
    texts
}

/// Returns the positions that are not written: those of an import without an area, and those of recommendations that
/// the registered inspection does not have.
fn lost_positions(record: &ImportRecord, proposal: &Proposal, choice: &InspectionChoice) -> Vec<TextConsequence> {
    let numbered = RecommendationIndex::of(proposal, choice);
    let each = proposal.positions.iter().enumerate().filter_map(|(at, position)| {
        let detail = match (&record.area, numbered.position(&position.number)) {
            (None, _) => "The import has no area, so nobody can confirm the position.".to_owned(),
            (Some(_), None) => format!("The inspection has no recommendation {}.", position.number),
            (Some(_), Some(_)) => return None,
        };
        Some(TextConsequence { pointer: format!("/positions/{at}"), effect: TextEffect::NotWritten, detail })
    });
    each.collect()
}
