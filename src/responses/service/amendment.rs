//! Amends the texts of a response, by request of the side that they belong to, and assigns it to a person.

use uuid::Uuid;

use super::{find_at_version, finish_amendment, finish_assignment, require_editable, require_not_withdrawn};
use crate::api::Problem;
use crate::auth::{Call, Side};
use crate::db::{Tx, Write};
use crate::people::assignees;
use crate::responses::requests::ResponseAmendment;
use crate::responses::store::{self, ResponseRecord, ResponseTextKind};

/// Amends the texts of a response of the caller's areas.
///
/// # Errors
///
/// 403 if the request contains a text of another side; 409 if the response is submitted or later; 422 if the
/// caller's side has no such person.
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: &ResponseAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<ResponseRecord>, Problem> {
    let record = find_at_version(tx, id, check_version, call).await?;
    let ResponseAmendment { policing_body_comments, reply_to_chief_officer, chief_officer_comments, assigned_to } =
        amendment;
    let draft = match chief_officer_comments {
        Some(Some(draft)) => draft.text(),
        Some(None) => Some(None),
        None => None,
    };
    let texts = [
        (
            "policing_body_comments",
            Side::PolicingBody,
            ResponseTextKind::PolicingBodyComments,
            policing_body_comments.as_ref().map(|text| text.as_deref()),
        ),
        (
            "reply_to_chief_officer",
            Side::PolicingBody,
            ResponseTextKind::ReplyToChiefOfficer,
            reply_to_chief_officer.as_ref().map(|text| text.as_deref()),
        ),
        ("chief_officer_comments", Side::Force, ResponseTextKind::ChiefOfficerDraft, draft),
    ];
    let amended = || texts.iter().filter_map(|(name, side, kind, text)| Some((*name, *side, *kind, (*text)?)));
    if let Some((name, side, ..)) = amended().find(|(_, side, ..)| !call.actor.scope().sides().contains(side)) {
        return Err(Problem::forbidden(format!("Only the `{side}` side may write `{name}`.")));
    }
    let is_only_assigned = assigned_to.is_some() && amended().next().is_none();
    if is_only_assigned {
        require_not_withdrawn(&record)?;
    } else {
        require_editable(&record, call)?;
    }
    for (_, _, kind, text) in amended() {
        // A response shows the submitted comments where the draft was. To send them back must not make a draft of them.
        let submitted = &record.content.chief_officer_comments.text;
        if kind == ResponseTextKind::ChiefOfficerDraft && record.row.draft.is_none() && text == submitted.as_deref() {
            continue;
        }
        tx.write(store::set_text(tx, &record.row, kind, text)).await?;
    }
    let names = amended().map(|(name, ..)| name).collect();
    let Some(to) = *assigned_to else { return finish_amendment(tx, &record, names, call).await };
    let assignee = assignees::assign(tx, "response", (id, &record.row.area), to, call).await?;
    if is_only_assigned && !assignee.is_change() {
        return Ok(Write::unchanged(record));
    }
    let row = if is_only_assigned { record.row.with_records_kept() } else { record.row.clone() };
    finish_assignment(tx, (&record, &row), names, &assignee, call).await
}
