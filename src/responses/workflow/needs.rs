//! Checks whether a response, or a requested transition of it, meets the needs of an action.

use std::collections::HashSet;

use chrono::NaiveDate;
use uuid::Uuid;

use super::Need;
use crate::api::Fault;
use crate::auth::{Actor, Call};
use crate::responses::content::Content;
use crate::responses::model::NotRequiredReason;
use crate::responses::requests::{ResponseTransition, SentCopy};
use crate::responses::store::{ResponseRecord, ResponseRow};
use crate::vocabulary::WireName;

/// The facts that decide whether a need is met.
pub struct ResponseContext<'a> {
    /// The stored row.
    pub row: &'a ResponseRow,
    /// The texts and explanations that the caller may read.
    pub content: &'a Content,
    /// The ids and references of the recommendations that still need an explanation.
    pub missing: &'a [(Uuid, String)],
    /// The caller.
    pub actor: &'a Actor,
    /// Today in London.
    pub today: NaiveDate,
}

impl<'a> ResponseContext<'a> {
    /// Returns the facts of one record for one call; `missing` comes from [`missing_explanations`].
    pub fn new(record: &'a ResponseRecord, missing: &'a [(Uuid, String)], call: &'a Call) -> Self {
        Self { row: &record.row, content: &record.content, missing, actor: &call.actor, today: call.today() }
    }
}

/// Returns a fault for each way in which a need is not met.
///
/// Without a request, checks the record alone, so that a caller learns in advance what blocks an action.
pub fn unmet(need: Need, context: &ResponseContext<'_>, request: Option<&ResponseTransition>) -> Vec<Fault> {
    let ResponseContext { row, content, missing, actor, today } = context;
    let record_fault = |pointer: &str, detail: String| vec![Fault::record(pointer, need.as_str(), detail)];
    let body_fault = |pointer: &str, detail: String| vec![Fault::body(pointer, need.as_str(), detail)];
    match (need, request) {
        (Need::CommentsDayPassed, _) => match row.comments_due_on {
            Some(due) if *today <= due => {
                let detail = format!("The chief officer may comment until {due}. Proceed after that day.");
                record_fault("/invitation/comments_due_on", detail)
            }
            _ => vec![],
        },
        (Need::PolicingBodyComments, _) if content.policing_body_comments.is_none() => {
            let detail = "The policing body's comments are missing. Write `policing_body_comments` first.";
            record_fault("/policing_body_comments", detail.into())
        }
        (Need::EveryExplanation, _) => missing
            .iter()
            .map(|(id, reference)| {
                let detail = format!("Recommendation #{reference} needs an explanation (Police Act 1996 s.55(5B)).");
                Fault::record(format!("/explanations/{id}"), need.as_str(), detail).with_id(*id)
            })
            .collect(),
        (Need::AnotherPerson, _) if is_submitter(row, actor) => {
            let detail = "You submitted this response, so another person must approve it.";
            record_fault("/approval", detail.into())
        }
        (Need::ContentAsApproved, _) if content.sha256().ok() != row.approved_sha256 => {
            let detail = "The content differs from the approved content. Reopen the response and submit it again.";
            record_fault("/approval/content_sha256", detail.into())
        }
        (Need::NeverPublished, _) if row.published.is_some() => {
            let detail = "An edition of this response has been published, so it cannot be marked as not required.";
            record_fault("/publication", detail.into())
        }
        (Need::CommentsDueOn, Some(ResponseTransition::Invite { comments_due_on: Some(due) })) => {
            match row.due_on.filter(|last| last >= today) {
                _ if due < today => {
                    body_fault("/comments_due_on", format!("`comments_due_on` is {due}; it must be {today} or later."))
                }
                Some(last) if *due > last => {
                    let rule = format!("it must be {last}, the response's own `due_on`, or earlier");
                    body_fault("/comments_due_on", format!("`comments_due_on` is {due}; {rule}."))
                }
                _ => vec![],
            }
        }
        (Need::CommentsText, Some(ResponseTransition::SubmitComments { text: None, .. })) if row.draft.is_none() => {
            let detail = "There are no comments to submit. Send `text`, or draft `chief_officer_comments` first.";
            body_fault("/text", detail.into())
        }
        (
            Need::PublicationDay,
            Some(
                ResponseTransition::Publish { published_on: Some(on), .. }
                | ResponseTransition::RecordPublished { published_on: on, .. },
            ),
        ) => {
            let fault =
                |rule: String| body_fault("/published_on", format!("`published_on` is {on}; it must be {rule}."));
            let earlier = row.published.as_ref().map(|edition| edition.published_on);
            match (row.inspection_published_on, earlier) {
                _ if on > today => fault(format!("{today} or earlier")),
                (Some(report), _) if *on < report => fault(format!("{report}, the report's own day, or later")),
                (_, Some(earlier)) if *on < earlier => fault(format!("{earlier}, the last edition's day, or later")),
                _ => vec![],
            }
        }
        (Need::CopyDetails, Some(ResponseTransition::RecordCopy { sent_on, .. })) if sent_on > today => {
            body_fault("/sent_on", format!("`sent_on` is {sent_on}; it must be {today} or earlier."))
        }
        (Need::CopyDetails, Some(ResponseTransition::RecordPublished { copies, .. })) => {
            let later = copies.iter().enumerate().filter(|(_, copy)| copy.sent_on > *today);
            let fault = |(index, copy): (usize, &SentCopy)| {
                let detail = format!("`sent_on` is {}; it must be {today} or earlier.", copy.sent_on);
                Fault::body(format!("/copies/{index}/sent_on"), need.as_str(), detail)
            };
            later.map(fault).collect()
        }
        (Need::PublishedComments, Some(ResponseTransition::RecordPublished { policing_body_comments: None, .. }))
            if content.policing_body_comments.is_none() =>
        {
            let detail = "The policing body's comments are missing. Send `policing_body_comments`, as published.";
            body_fault("/policing_body_comments", detail.into())
        }
        (
            Need::PublishedExplanations,
            Some(ResponseTransition::RecordPublished { explanations, explanations_incomplete: false, .. }),
        ) => {
            let sent: HashSet<Uuid> = explanations.iter().map(|explanation| explanation.recommendation_id).collect();
            let fault = |(id, reference): &(Uuid, String)| {
                let detail = format!(
                    "Recommendation #{reference} has no explanation. Send it in `explanations`, or state with \
                     `explanations_incomplete` that the response was published without it."
                );
                Fault::body("/explanations", need.as_str(), detail).with_id(*id)
            };
            missing.iter().filter(|(id, _)| !sent.contains(id)).map(fault).collect()
        }
        (
            Need::PublishedChiefOfficerComments,
            Some(ResponseTransition::RecordPublished { chief_officer_comments: Some(comments), published_on, .. }),
        ) => {
            let mut faults = Vec::new();
            if content.has_submission() {
                let detail = "The chief officer has already submitted comments or a nil return in this service, and \
                              nobody else may replace them. Leave out `chief_officer_comments`.";
                faults.push(Fault::body("/chief_officer_comments", need.as_str(), detail));
            }
            if let Some(dated) = comments.dated.filter(|dated| dated > published_on) {
                let detail =
                    format!("`dated` is {dated}; it must be {published_on}, the day of publication, or earlier.");
                faults.push(Fault::body("/chief_officer_comments/dated", need.as_str(), detail));
            }
            faults
        }
        (Need::NotRequiredReason, Some(ResponseTransition::MarkNotRequired { reason, duplicate_of, .. })) => {
            let duplicated = *reason == NotRequiredReason::DuplicatedBy;
            let fault = |detail: &str| body_fault("/duplicate_of", detail.into());
            match duplicate_of {
                None if duplicated => {
                    fault("`duplicate_of` is required with `duplicated_by`: send the id of the other inspection.")
                }
                Some(_) if !duplicated => fault("`duplicate_of` is allowed only with the reason `duplicated_by`."),
                Some(other) if *other == row.inspection_id => {
                    fault("`duplicate_of` is this response's own inspection. Send the id of the other inspection.")
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
            | Need::PublishedComments
            | Need::PublishedExplanations
            | Need::PublishedChiefOfficerComments
            | Need::CopyDetails
            | Need::NeverPublished
            | Need::NotRequiredReason,
            _,
        ) => vec![],
    }
}

fn is_submitter(row: &ResponseRow, actor: &Actor) -> bool {
    let submitted = row.submitted_issuer.as_deref().zip(row.submitted_subject.as_deref());
    submitted.is_some_and(|(issuer, subject)| actor.is_same_person(issuer, subject))
}

/// Returns the ids and references of the recommendations that still need an explanation.
pub fn missing_explanations(record: &ResponseRecord) -> Vec<(Uuid, String)> {
    let explanations = &record.content.explanations;
    let is_explained = |id: &Uuid| explanations.iter().any(|explanation| explanation.recommendation_id == *id);
    record.required.iter().filter(|(id, _)| !is_explained(id)).cloned().collect()
}
