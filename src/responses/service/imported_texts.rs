//! Stores the policing body's texts from an imported document: in the response, or for a draft inspection until its
//! publication opens the response. An import is not a transition: it leaves the state of the response as it is.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::{Call, Side};
use crate::db::{Event, Snapshot, Tx};
use crate::inspections::{self, Inspection};
use crate::recommendations;
use crate::responses::content::{Branch, Explanation};
use crate::responses::store::{self, PendingExplanation, PendingTexts, ResponseRecord, ResponseTextKind};
use crate::responses::views::{ResponseSnapshot, snapshot, snapshot_of_opened};
use crate::responses::workflow::State;
use crate::vocabulary::WireName;

/// The policing body's texts from an imported document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportedTexts {
    /// The policing body's comments.
    pub policing_body_comments: Option<String>,
    /// The policing body's reply to the chief officer.
    pub reply_to_chief_officer: Option<String>,
    /// The explanations: the id of each recommendation, the branch and the text.
    pub explanations: Vec<(Uuid, Branch, String)>,
}

impl ImportedTexts {
    /// Returns true if there is no text.
    pub fn is_empty(&self) -> bool {
        self.policing_body_comments.is_none() && self.reply_to_chief_officer.is_none() && self.explanations.is_empty()
    }
}

/// Stores the texts of an area. Returns the id of the response, or `None` if the inspection is a draft, with the audit
/// event.
///
/// # Errors
///
/// 403 if the caller does not work for the area's policing body; 422 if the inspection does not apply to the area, or has no recommendation of an explanation; 409 if the area has
/// texts already, or if its response is no longer `received`.
pub async fn store_imported_texts(
    tx: &Tx<'_>,
    call: &Call,
    inspection_id: Uuid,
    area: &str,
    texts: ImportedTexts,
) -> Result<(Option<Uuid>, Event), Problem> {
    if texts.is_empty() {
        return Err(Problem::internal("an import without texts is not stored"));
    }
    let is_own = tx.areas().iter().any(|own| own == area) && call.actor.scope().sides().contains(&Side::PolicingBody);
    if !is_own {
        return Err(Problem::forbidden(format!("Only the policing body of {area} may store texts of its response.")));
    }
    let inspection = inspections::store::find(tx, inspection_id).await?.ok_or_else(Problem::not_found)?;
    let explanations = find_explanations(tx, inspection_id, &texts.explanations).await?;
    match inspection.state {
        inspections::State::Draft => Ok((None, store_pending(tx, &inspection, area, texts).await?)),
        inspections::State::Published => {
            let (id, event) = store_in_response(tx, call, inspection_id, area, &texts, &explanations).await?;
            Ok((Some(id), event))
        }
        inspections::State::Withdrawn => {
            let detail = "The inspection is withdrawn, so no response to it is required or possible.";
            Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail).member("state", "withdrawn"))
        }
    }
}

/// Returns the explanations with the references of their recommendations.
async fn find_explanations(
    tx: &Tx<'_>,
    inspection_id: Uuid,
    imported: &[(Uuid, Branch, String)],
) -> Result<Vec<Explanation>, Problem> {
    let recommendations = match imported {
        [] => return Ok(Vec::new()),
        _ => recommendations::store::find_of_inspection(tx, inspection_id).await?,
    };
    let (mut explanations, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, (id, branch, text)) in imported.iter().enumerate() {
        let pointer = format!("/explanations/{index}/recommendation_id");
        let Some(recommendation) = recommendations.iter().find(|recommendation| recommendation.id == *id) else {
            let detail = format!("The inspection has no recommendation {id}.");
            faults.push(Fault::body(pointer, "unknown_reference", detail));
            continue;
        };
        if !seen.insert(*id) {
            let detail = "The import explains this recommendation twice. Send one explanation.";
            faults.push(Fault::body(pointer, "not_unique", detail));
        }
        let reference = recommendation.reference.clone();
        explanations.push(Explanation { recommendation_id: *id, reference, branch: *branch, text: text.clone() });
    }
    if faults.is_empty() { Ok(explanations) } else { Err(Problem::invalid(faults)) }
}

fn not_a_subject(area: &str) -> Problem {
    let detail = format!("The inspection is registered already, and it does not apply to {area}.");
    Problem::invalid(vec![Fault::query("area", "not_a_subject", detail)])
}

/// Stores the texts for a draft inspection. The event belongs to the inspection, because there is no response yet.
async fn store_pending(
    tx: &Tx<'_>,
    inspection: &Inspection,
    area: &str,
    texts: ImportedTexts,
) -> Result<Event, Problem> {
    if inspection.subjects.codes().is_some_and(|codes| !codes.iter().any(|code| code == area)) {
        return Err(not_a_subject(area));
    }
    let explanations = texts.explanations.into_iter();
    let texts = PendingTexts {
        policing_body_comments: texts.policing_body_comments,
        reply_to_chief_officer: texts.reply_to_chief_officer,
        explanations: explanations
            .map(|(recommendation_id, branch, text)| PendingExplanation { recommendation_id, branch, text })
            .collect(),
    };
    if !store::insert_pending_texts(tx, inspection.id, area, &texts).await? {
        let detail = format!(
            "Texts of {area}'s response were imported for this inspection already. Undo that import, or publish the \
             inspection and amend its response."
        );
        return Err(Problem::new(ProblemKind::AlreadyExists, detail)
            .member("existing", json!({ "id": inspection.id, "href": inspection.links["self"] })));
    }
    let after = Snapshot::default().side(Side::PolicingBody, &texts)?;
    Ok(pending_event(inspection.id, inspection.version, "import_texts", area).after(after))
}

fn pending_event(inspection_id: Uuid, version: i64, action: &'static str, area: &str) -> Event {
    Event::new("inspection", inspection_id, version, action).area(area)
}

async fn store_in_response(
    tx: &Tx<'_>,
    call: &Call,
    inspection_id: Uuid,
    area: &str,
    texts: &ImportedTexts,
    explanations: &[Explanation],
) -> Result<(Uuid, Event), Problem> {
    let before = store::find_in_area(tx, &call.actor.scope(), inspection_id, area).await?;
    let before = before.ok_or_else(|| not_a_subject(area))?;
    let ResponseRecord { row, content, .. } = &before;
    let has_texts = content.policing_body_comments.is_some()
        || content.reply_to_chief_officer.is_some()
        || !content.explanations.is_empty();
    if has_texts || row.state != State::Received {
        let detail = format!(
            "The response of {area} has texts already, or it is not `received` but `{}`. Amend it instead.",
            row.state
        );
        return Err(Problem::new(ProblemKind::AlreadyExists, detail)
            .member("existing", json!({ "id": row.id, "href": format!("/v1/responses/{}", row.id) })));
    }
    for (kind, text) in [
        (ResponseTextKind::PolicingBodyComments, &texts.policing_body_comments),
        (ResponseTextKind::ReplyToChiefOfficer, &texts.reply_to_chief_officer),
    ] {
        if let Some(text) = text {
            tx.write(store::set_text(tx, row, kind, Some(text))).await?;
        }
    }
    if !explanations.is_empty() {
        store::upsert_explanations(tx, row, explanations).await?;
    }
    let mut changed = row.clone();
    changed.imported_version = Some(row.version + 1);
    tx.write(store::update(tx, &changed, None)).await?;
    Ok((row.id, response_event(tx, call, &before, "import").await?))
}

/// Removes the texts that an import stored: those that wait for the publication of the inspection, or those in the
/// response. Returns the audit event, or `None` if the area has no imported texts.
///
/// # Errors
///
/// 409 if the response was changed after the import.
pub async fn remove_imported_texts(
    tx: &Tx<'_>,
    call: &Call,
    inspection_id: Uuid,
    area: &str,
) -> Result<Option<Event>, Problem> {
    if let Some(texts) = store::delete_pending_texts(tx, inspection_id, area).await? {
        let inspection = inspections::store::find(tx, inspection_id).await?.ok_or_else(Problem::not_found)?;
        let before = Snapshot::default().side(Side::PolicingBody, &texts)?;
        let event = pending_event(inspection_id, inspection.version, "undo_import_texts", area);
        return Ok(Some(event.before(before)));
    }
    let Some(before) = store::find_in_area(tx, &call.actor.scope(), inspection_id, area).await? else {
        return Ok(None);
    };
    let row = &before.row;
    let Some(imported_version) = row.imported_version else { return Ok(None) };
    if row.state != State::Received || row.version != imported_version {
        let detail = format!(
            "The response of {area} was changed after the import: it is `{}`, at version {} and not {imported_version}. \
             Amend it instead.",
            row.state, row.version
        );
        return Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail).member("state", row.state.as_str()));
    }
    for kind in [ResponseTextKind::PolicingBodyComments, ResponseTextKind::ReplyToChiefOfficer] {
        tx.write(store::set_text(tx, row, kind, None)).await?;
    }
    store::delete_explanations(tx, row).await?;
    let mut changed = row.clone();
    changed.imported_version = None;
    // If nothing was recorded before the import, nothing is recorded after it is undone.
    if row.blank_version + 1 == row.version {
        changed.blank_version = row.version + 1;
    }
    tx.write(store::update(tx, &changed, None)).await?;
    Ok(Some(response_event(tx, call, &before, "undo_import").await?))
}

/// Returns the event of an import into a response, or of undoing it.
async fn response_event(
    tx: &Tx<'_>,
    call: &Call,
    before: &ResponseRecord,
    action: &'static str,
) -> Result<Event, Problem> {
    let scope = call.actor.scope();
    let after = store::find(tx, &scope, before.row.id).await?.ok_or_else(Problem::not_found)?;
    let (old, new) = (&before.content, &after.content);
    let changed = [
        ("policing_body_comments", old.policing_body_comments != new.policing_body_comments),
        ("reply_to_chief_officer", old.reply_to_chief_officer != new.reply_to_chief_officer),
        ("explanations", old.explanations != new.explanations),
    ];
    Ok(Event::new("response", after.row.id, after.row.version, action)
        .area(&after.row.area)
        .parent(after.row.inspection_id)
        .before(snapshot(before, &scope)?)
        .after(snapshot(&after, &scope)?)
        .fields(changed.into_iter().filter_map(|(field, is_changed)| is_changed.then_some(field)).collect()))
}

/// Puts the texts that were imported for a draft inspection into the responses that its publication has just opened.
/// Returns the audit events.
///
/// # Errors
///
/// 422 if there are texts of an area that the inspection does not apply to.
pub async fn open_pending_texts(tx: &Tx<'_>, inspection_id: Uuid) -> Result<Vec<Event>, Problem> {
    let (mut events, mut faults) = (Vec::new(), Vec::new());
    for opened in store::open_pending_texts(tx, inspection_id).await? {
        let area = &opened.area;
        let Some(id) = opened.response_id else {
            let detail = format!(
                "Texts of {area}'s response were imported for this inspection, but it does not apply to {area}. Add \
                 the area to `subjects`, or undo the import."
            );
            faults.push(Fault::record("/subjects", "not_a_subject", detail));
            continue;
        };
        let before = ResponseSnapshot::new(id, inspection_id, area, tx.call().at);
        let texts = &opened.texts;
        let fields = [
            ("policing_body_comments", texts.policing_body_comments.is_some()),
            ("reply_to_chief_officer", texts.reply_to_chief_officer.is_some()),
            ("explanations", !texts.explanations.is_empty()),
        ];
        let after = snapshot_of_opened(&before, texts)?;
        let event = Event::new("response", id, before.version + 1, "import")
            .area(area)
            .parent(inspection_id)
            .before(Snapshot::new(&before)?)
            .after(after)
            .fields(fields.into_iter().filter_map(|(field, is_set)| is_set.then_some(field)).collect());
        events.push(event);
    }
    if faults.is_empty() { Ok(events) } else { Err(Problem::with_faults(ProblemKind::NeedsUnmet, faults)) }
}

/// Deletes the texts that were imported for a draft inspection which was withdrawn. Returns the audit events.
pub async fn discard_pending_texts(tx: &Tx<'_>, inspection_id: Uuid, version: i64) -> Result<Vec<Event>, Problem> {
    let areas = store::delete_all_pending_texts(tx, inspection_id).await?;
    Ok(areas.iter().map(|area| pending_event(inspection_id, version, "undo_import_texts", area)).collect())
}
