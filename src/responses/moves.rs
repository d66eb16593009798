//! One move of a response: what is sent, whether its needs are met, and what it does to the record.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::content::{Content, Explanation};
use super::model::{CommentsStatus, NotRequiredReason, Recipient};
use super::store::Record;
use super::workflow::{Action, Need};
use crate::api::Fault;
use crate::auth::{Actor, Call};
use crate::text::{Line, Prose};
use crate::vocabulary::Word;

/// One move of a response.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum ResponseMove {
    /// Invite the chief officer to comment.
    Invite {
        /// By which day; where it is left out, as many days from today as the area's settings give, within the time
        /// for the response.
        #[serde(default)]
        #[schema(nullable = false)]
        comments_due_on: Option<NaiveDate>,
    },
    /// Submit the chief officer's comments.
    SubmitComments {
        /// The comments; where they are left out, the force's draft.
        #[serde(default)]
        #[schema(nullable = false)]
        text: Option<Prose>,
        /// Who signs; the caller where it is left out.
        #[serde(default)]
        #[schema(nullable = false)]
        signed_by: Option<Line>,
    },
    /// Say that the chief officer has no comment.
    NilReturn {
        /// Who signs; the caller where it is left out.
        #[serde(default)]
        #[schema(nullable = false)]
        signed_by: Option<Line>,
    },
    /// Go on without comments, their day having passed.
    Proceed {},
    /// Put it before the approver.
    Submit {
        /// A word to the approver.
        #[serde(default)]
        #[schema(nullable = false)]
        note: Option<Prose>,
    },
    /// Send it back to be changed.
    Return {
        /// Why.
        reason: Prose,
    },
    /// Approve it.
    Approve {},
    /// Take it up again; the approval is void.
    Reopen {
        /// Why.
        reason: Prose,
    },
    /// Publish it.
    Publish {
        /// Where the body publishes it.
        #[serde(default)]
        #[schema(nullable = false, format = "uri", max_length = 2000, pattern = "^https?://")]
        url: Option<String>,
        /// The day it was published, where that was before this service kept the record; today where it is left out.
        #[serde(default)]
        #[schema(nullable = false)]
        published_on: Option<NaiveDate>,
    },
    /// Record a copy that was sent.
    RecordCopy {
        /// To whom.
        recipient: Recipient,
        /// On which day.
        sent_on: NaiveDate,
        /// How, such as `email`.
        channel: Line,
        /// The sender's or the recipient's reference.
        #[serde(default)]
        reference: Option<Line>,
    },
    /// Begin a new edition; the old one stays public until then.
    Correct {
        /// Why.
        reason: Prose,
    },
    /// Record that no response is required.
    MarkNotRequired {
        /// The reason.
        reason: NotRequiredReason,
        /// The inspection whose response answers it; with `duplicated_by` only.
        #[serde(default)]
        duplicate_of: Option<Uuid>,
        /// More about it.
        #[serde(default)]
        note: Option<Prose>,
    },
    /// Require it again.
    Reinstate {
        /// Why.
        reason: Prose,
    },
}

/// What decides whether a need is met.
pub struct Facts<'a> {
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

impl ResponseMove {
    /// Its action.
    pub fn action(&self) -> Action {
        match self {
            Self::Invite { .. } => Action::Invite,
            Self::SubmitComments { .. } => Action::SubmitComments,
            Self::NilReturn { .. } => Action::NilReturn,
            Self::Proceed {} => Action::Proceed,
            Self::Submit { .. } => Action::Submit,
            Self::Return { .. } => Action::Return,
            Self::Approve {} => Action::Approve,
            Self::Reopen { .. } => Action::Reopen,
            Self::Publish { .. } => Action::Publish,
            Self::RecordCopy { .. } => Action::RecordCopy,
            Self::Correct { .. } => Action::Correct,
            Self::MarkNotRequired { .. } => Action::MarkNotRequired,
            Self::Reinstate { .. } => Action::Reinstate,
        }
    }

    /// What the caller says of it, for the history.
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Submit { note } | Self::MarkNotRequired { note, .. } => note.as_deref(),
            Self::Return { reason }
            | Self::Reopen { reason }
            | Self::Correct { reason }
            | Self::Reinstate { reason } => Some(reason),
            _ => None,
        }
    }

    /// What the record becomes; the state apart, which only a step of the table gives.
    pub fn apply(&self, to: &mut Record, content: &Content, call: &Call) -> Result<(), crate::api::Problem> {
        let signatory = |given: &Option<Line>| given.as_deref().map_or_else(|| name_of(&call.actor), str::to_owned);
        match self {
            Self::Invite { comments_due_on } => {
                to.invited_on = Some(call.today());
                to.comments_due_on = *comments_due_on;
            }
            Self::SubmitComments { signed_by, .. } => {
                to.comments_status = CommentsStatus::Submitted;
                to.comments_late = to.comments_due_on.is_some_and(|due| call.today() > due);
                to.signed_by = Some(signatory(signed_by));
                to.signed_at = Some(call.at);
            }
            Self::NilReturn { signed_by } => {
                to.comments_status = CommentsStatus::NilReturn;
                to.comments_late = to.comments_due_on.is_some_and(|due| call.today() > due);
                to.signed_by = Some(signatory(signed_by));
                to.signed_at = Some(call.at);
            }
            Self::Submit { .. } => {
                to.submitted_issuer = Some(call.actor.issuer.clone());
                to.submitted_subject = Some(call.actor.subject.clone());
            }
            Self::Approve {} => {
                to.approved_issuer = Some(call.actor.issuer.clone());
                to.approved_subject = Some(call.actor.subject.clone());
                to.approved_by = Some(name_of(&call.actor));
                to.approved_at = Some(call.at);
                to.approved_sha256 = Some(content.sha256()?);
            }
            Self::Return { .. } | Self::Reopen { .. } => to.void_approval(),
            Self::Correct { .. } => {
                to.void_approval();
                to.edition += 1;
            }
            Self::MarkNotRequired { reason, duplicate_of, note } => {
                to.not_required_reason = Some(*reason);
                to.duplicate_of = *duplicate_of;
                to.not_required_note = note.as_deref().map(str::to_owned);
            }
            Self::Reinstate { .. } => {
                to.not_required_reason = None;
                to.duplicate_of = None;
                to.not_required_note = None;
                to.invited_on = None;
                to.comments_due_on = None;
            }
            Self::Proceed {} | Self::Publish { .. } | Self::RecordCopy { .. } => {}
        }
        Ok(())
    }
}

/// What a person is called: by name, else by subject.
fn name_of(actor: &Actor) -> String {
    actor.name.clone().unwrap_or_else(|| actor.subject.clone())
}

/// What is lacking for a need: of the record alone, or, with what is `asked`, of both.
pub fn unmet(need: Need, facts: &Facts<'_>, asked: Option<&ResponseMove>) -> Vec<Fault> {
    let Facts { record, content, missing, actor, today } = facts;
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
