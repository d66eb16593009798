//! Records a response that was published elsewhere, before this service held its record: the texts, the edition and the
//! copies in one transition. It invents no day of the workflow that led to the publication.

use std::collections::HashSet;

use uuid::Uuid;

use super::transition::new_edition;
use crate::api::{Fault, Problem};
use crate::auth::Call;
use crate::calendar::london_noon;
use crate::db::{Tx, WriteStatement};
use crate::recommendations;
use crate::responses::content::{ChiefOfficerComments, CommentsStatus, Explanation};
use crate::responses::model::{Copy, Recipient};
use crate::responses::printed::PrintedReport;
use crate::responses::requests::{PublishedComments, PublishedExplanation, ResponseTransition, SentCopy};
use crate::responses::store::{self, ResponseRecord, ResponseTextKind};
use crate::responses::workflow::missing_explanations;

/// The explanations that a response has after the transition, in the order of the report.
#[derive(Default)]
pub(super) struct MergedExplanations(Vec<Explanation>);

/// Returns the explanations of the request, and those of the response for all other recommendations.
///
/// Returns a fault for each recommendation that is not in the inspection or that the request explains twice. Requests of
/// other actions have neither.
pub(super) async fn merge_explanations(
    tx: &Tx<'_>,
    request: &ResponseTransition,
    record: &ResponseRecord,
) -> Result<(MergedExplanations, Vec<Fault>), Problem> {
    let ResponseTransition::RecordPublished { explanations: sent, .. } = request else { return Ok(Default::default()) };
    let recommendations = recommendations::store::find_of_inspection(tx, record.row.inspection_id).await?;
    let known: HashSet<Uuid> = recommendations.iter().map(|recommendation| recommendation.id).collect();
    let mut seen = HashSet::new();
    let mut faults = Vec::new();
    for (index, PublishedExplanation { recommendation_id: id, .. }) in sent.iter().enumerate() {
        let pointer = format!("/explanations/{index}/recommendation_id");
        if !known.contains(id) {
            let detail = format!("The response's inspection has no recommendation {id}.");
            faults.push(Fault::body(pointer, "unknown_reference", detail));
        } else if !seen.insert(*id) {
            let detail = "The request explains this recommendation twice. Send one explanation.";
            faults.push(Fault::body(pointer, "not_unique", detail));
        }
    }
    let earlier = &record.content.explanations;
    let merged = recommendations.into_iter().filter_map(|recommendation| {
        let id = recommendation.id;
        match sent.iter().find(|explanation| explanation.recommendation_id == id) {
            Some(PublishedExplanation { branch, text, .. }) => Some(Explanation {
                recommendation_id: id,
                reference: recommendation.reference,
                branch: *branch,
                text: text.to_string(),
            }),
            None => earlier.iter().find(|explanation| explanation.recommendation_id == id).cloned(),
        }
    });
    Ok((MergedExplanations(merged.collect()), faults))
}

/// Changes the record as the request requires, except for its state, and returns the statements that write the change.
/// Returns true if both copies were sent.
pub(super) async fn apply(
    tx: &Tx<'_>,
    record: &mut ResponseRecord,
    request: &ResponseTransition,
    MergedExplanations(explanations): MergedExplanations,
    call: &Call,
) -> Result<(Vec<WriteStatement>, bool), Problem> {
    let ResponseTransition::RecordPublished {
        published_on,
        url,
        policing_body_comments,
        chief_officer_comments,
        reply_to_chief_officer,
        signed_by,
        copies,
        ..
    } = request
    else {
        return Err(Problem::internal("the request records no publication"));
    };
    let mut statements = Vec::new();
    let ResponseRecord { row, content, .. } = record;
    if let Some(text) = policing_body_comments {
        statements.push(store::set_text(tx, row, ResponseTextKind::PolicingBodyComments, Some(text)));
        content.policing_body_comments = Some(text.to_string());
    }
    if let Some(text) = reply_to_chief_officer {
        statements.push(store::set_text(tx, row, ResponseTextKind::ReplyToChiefOfficer, Some(text)));
        content.reply_to_chief_officer = Some(text.to_string());
    }
    if let Some(comments) = chief_officer_comments {
        statements.push(record_comments(tx, record, comments));
    }
    let ResponseRecord { row, content, .. } = record;
    if explanations != content.explanations {
        store::upsert_explanations(tx, row, &explanations).await?;
        content.explanations = explanations;
    }
    let missing = missing_explanations(record).into_iter().map(|(id, _)| id).collect();
    let ResponseRecord { row, content, .. } = record;
    let mut edition = new_edition(row, content, url.as_deref(), Some(*published_on), call)?;
    edition.recorded_afterwards = true;
    edition.signed_by = signed_by.as_deref().map(str::to_owned);
    edition.missing_explanations = missing;
    let printed = PrintedReport::find(tx, row.inspection_id, &row.area).await?;
    statements.extend(store::insert_edition(tx, row, &edition, &printed));
    row.published = Some(edition);
    row.copies = copies.iter().map(copy).collect();
    let all_copies_sent = Recipient::are_all_in(&row.copies);
    Ok((statements, all_copies_sent))
}

/// Makes the published comments the chief officer's comments. They are marked as recorded afterwards, because the chief
/// officer did not submit them here. No signatory or day is added that the published response does not state.
fn record_comments(tx: &Tx<'_>, record: &mut ResponseRecord, comments: &PublishedComments) -> WriteStatement {
    let ResponseRecord { row, content, .. } = record;
    row.comments_status = CommentsStatus::Submitted;
    row.comments_late = false;
    row.comments_recorded_afterwards = true;
    row.signed_by = comments.signed_by.as_deref().map(str::to_owned);
    row.signed_at = comments.dated.map(london_noon);
    content.chief_officer_comments = ChiefOfficerComments { text: Some(comments.text.to_string()), ..row.comments() };
    store::set_text(tx, row, ResponseTextKind::ChiefOfficerComments, Some(&comments.text))
}

fn copy(sent: &SentCopy) -> Copy {
    Copy {
        recipient: sent.recipient,
        sent_on: sent.sent_on,
        channel: sent.channel.to_string(),
        reference: sent.reference.as_deref().map(str::to_owned),
    }
}
