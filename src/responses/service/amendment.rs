//! Amends the texts of a response: by request of one side, or from an imported document.

use serde_json::json;
use uuid::Uuid;

use super::{find_at_version, finish_amendment, require_editable};
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::{Call, Side};
use crate::db::{Event, Tx, Write};
use crate::responses::requests::ResponseAmendment;
use crate::responses::store::{self, ResponseRecord, ResponseTextKind};
use crate::responses::views::snapshot;
use crate::responses::workflow::State;

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

/// Writes the policing body's comments from an imported document. Returns the response's id and the audit event.
///
/// An import is not a transition: it leaves the state as it is.
///
/// # Errors
///
/// 422 if the inspection does not apply to the area; 409 if the response has comments already or is no longer
/// `received`.
pub async fn import_text(
    tx: &Tx<'_>,
    call: &Call,
    inspection: Uuid,
    area: &str,
    text: &str,
) -> Result<(Uuid, Event), Problem> {
    let scope = call.actor.scope();
    let before = store::find_in_area(tx, &scope, inspection, area).await?;
    let before = before.ok_or_else(|| {
        let detail = format!("The inspection is registered already, and it does not apply to {area}.");
        Problem::invalid(vec![Fault::query("area", "not_a_subject", detail)])
    })?;
    let row = &before.row;
    if before.content.policing_body_comments.is_some() || row.state != State::Received {
        let detail = format!(
            "The response of {area} has comments already, or it is not `received` but `{}`. Amend it instead.",
            row.state
        );
        return Err(Problem::new(ProblemKind::AlreadyExists, detail)
            .member("existing", json!({ "id": row.id, "href": format!("/v1/responses/{}", row.id) })));
    }
    tx.write(store::set_text(tx, row, ResponseTextKind::PolicingBodyComments, Some(text))).await?;
    tx.write(store::update(tx, row, None)).await?;
    let after = store::find(tx, &scope, row.id).await?.ok_or_else(Problem::not_found)?;
    let event = Event::new("response", row.id, after.row.version, "import")
        .area(area)
        .parent(inspection)
        .before(snapshot(&before, &scope)?)
        .after(snapshot(&after, &scope)?)
        .fields(vec!["policing_body_comments"]);
    Ok((row.id, event))
}
