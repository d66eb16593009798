//! Amends the texts of a response, by request of the side that they belong to.

use uuid::Uuid;

use super::{find_at_version, finish_amendment, require_editable};
use crate::api::Problem;
use crate::auth::{Call, Side};
use crate::db::{Tx, Write};
use crate::responses::requests::ResponseAmendment;
use crate::responses::store::{self, ResponseRecord, ResponseTextKind};

/// Amends the texts of a response of the caller's areas.
///
/// # Errors
///
/// 403 if the request contains a text of another side; 409 if the response is submitted or later.
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: &ResponseAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<ResponseRecord>, Problem> {
    let record = find_at_version(tx, id, check_version, call).await?;
    let ResponseAmendment { policing_body_comments, reply_to_chief_officer, chief_officer_comments } = amendment;
    let draft = chief_officer_comments.as_ref().map(|draft| draft.as_ref().and_then(|draft| draft.text()));
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
    require_editable(&record, call)?;
    for (_, _, kind, text) in amended() {
        tx.write(store::set_text(tx, &record.row, kind, text)).await?;
    }
    finish_amendment(tx, &record, amended().map(|(name, ..)| name).collect(), call).await
}
