//! Whether the needs of a move are met: of the record alone, or of the record and what is asked.

use chrono::NaiveDate;
use uuid::Uuid;

use super::content::{Content, Explanation};
use super::model::NotRequiredReason;
use super::moves::ResponseMove;
use super::store::Record;
use super::workflow::Need;
use crate::api::Fault;
use crate::auth::Actor;
use crate::vocabulary::WireName;

/// What decides whether a need is met.
pub struct ResponseContext<'a> {
    /// The stored record.
    pub record: &'a Record,
    /// What the response says, whoever asks.
    pub content: &'a Content,
    /// The recommendations that still need an explanation, with their references.
    pub missing: &'a [(Uuid, String)],
    /// Who asks.
    pub actor: &'a Actor,
    /// The day it is in London.
    pub today: NaiveDate,
}

/// What is lacking for a need: of the record alone, or, with what is `asked`, of both.
pub fn unmet(need: Need, facts: &ResponseContext<'_>, asked: Option<&ResponseMove>) -> Vec<Fault> {
    let ResponseContext { record, content, missing, actor, today } = facts;
    let lacks = |pointer: &str, detail: &str| vec![Fault::record(pointer, need.as_str(), detail)];
    let wrong = |pointer: &str, detail: String| vec![Fault::body(pointer, need.as_str(), detail)];
    match (need, asked) {
        (Need::CommentsDayPassed, _) => match record.comments_due_on {
            Some(due) if *today <= due => {
                lacks("/invitation/comments_due_on", "The day for comments has not passed yet.")
            }
            _ => vec![],
        },
        (Need::PolicingBodyComments, _) if content.policing_body_comments.is_none() => {
            lacks("/policing_body_comments", "The policing body's comments are not written yet.")
        }
        (Need::EveryExplanation, _) => missing
            .iter()
            .map(|(id, reference)| {
                let detail = format!("Recommendation #{reference} has no explanation (Police Act 1996 s.55(5B)).");
                Fault::record(format!("/explanations/{id}"), need.as_str(), detail).about(*id)
            })
            .collect(),
        (Need::AnotherPerson, _) if is_submitter(record, actor) => {
            lacks("/approval", "Whoever submitted a response cannot approve it.")
        }
        (Need::ContentAsApproved, _) if content.sha256().ok() != record.approved_sha256 => {
            lacks("/approval/content_sha256", "What it says is not what was approved.")
        }
        (Need::NeverPublished, _) if record.published.is_some() => {
            lacks("/publication", "An edition was published: a response was required.")
        }
        (Need::CommentsDueOn, Some(ResponseMove::Invite { comments_due_on: Some(due) })) => {
            let last = record.due_on.filter(|last| last >= today);
            match last {
                _ if due < today => wrong("/comments_due_on", "The day for comments has passed already.".into()),
                Some(last) if *due > last => {
                    wrong("/comments_due_on", format!("The response itself is due by {last}."))
                }
                _ => vec![],
            }
        }
        (Need::CommentsText, Some(ResponseMove::SubmitComments { text: None, .. })) if record.draft.is_none() => {
            wrong("/text", "There are no comments: none were sent and none drafted.".into())
        }
        (Need::PublicationDay, Some(ResponseMove::Publish { published_on: Some(on), .. })) => {
            if on > today {
                wrong("/published_on", "The day of publication is still to come.".into())
            } else if record.inspection_published_on.is_some_and(|report| *on < report) {
                wrong("/published_on", "A response cannot be published before its report.".into())
            } else if record.published.as_ref().is_some_and(|earlier| *on < earlier.published_on) {
                wrong("/published_on", "A correction cannot be published before what it corrects.".into())
            } else {
                vec![]
            }
        }
        (Need::CopyDetails, Some(ResponseMove::RecordCopy { sent_on, .. })) if sent_on > today => {
            wrong("/sent_on", "The day it was sent is still to come.".into())
        }
        (Need::NotRequiredReason, Some(ResponseMove::MarkNotRequired { reason, duplicate_of, .. })) => {
            let duplicated = *reason == NotRequiredReason::DuplicatedBy;
            match duplicate_of {
                None if duplicated => {
                    wrong("/duplicate_of", "A duplicate needs the inspection that it duplicates.".into())
                }
                Some(_) if !duplicated => wrong("/duplicate_of", "Only a duplicate names another inspection.".into()),
                Some(other) if *other == record.inspection_id => {
                    wrong("/duplicate_of", "An inspection is no duplicate of itself.".into())
                }
                _ => vec![],
            }
        }
        (
            Need::CommentsDueOn
            | Need::CommentsText
            | Need::PolicingBodyComments
            | Need::Reason
            | Need::AnotherPerson
            | Need::ContentAsApproved
            | Need::PublicationDay
            | Need::CopyDetails
            | Need::NeverPublished
            | Need::NotRequiredReason,
            _,
        ) => vec![],
    }
}

fn is_submitter(record: &Record, actor: &Actor) -> bool {
    let submitted = record.submitted_issuer.as_deref().zip(record.submitted_subject.as_deref());
    submitted.is_some_and(|(issuer, subject)| actor.is_person(issuer, subject))
}

/// The recommendations among `required` that no explanation names.
pub fn missing(required: &[(Uuid, String)], explanations: &[Explanation]) -> Vec<(Uuid, String)> {
    let explained = |id: &Uuid| explanations.iter().any(|explanation| explanation.recommendation_id == *id);
    required.iter().filter(|(id, _)| !explained(id)).cloned().collect()
}
