//! Adding an item, amending it, and giving it a new version of its file.

use uuid::Uuid;

use super::files::store::{self as files, FileRecord};
use super::model::{EvidenceAdded, EvidenceAmended};
use super::moves::EvidenceMove;
use super::snapshot::{event, snapshot};
use super::store::{self, Item, Record};
use super::transition::{step, written, written_alone};
use super::view::{allowed, require_standing};
use super::workflow::State;
use crate::api::text::{Line, Prose};
use crate::api::{Fault, Kind, Problem};
use crate::assignments::{self, Marking};
use crate::auth::Call;
use crate::db::{Event, Tx, Write};
use crate::files::{Received, Scan};
use crate::vocabulary::WireName;

/// Adds an item to a line of the caller's own area; gives it.
pub async fn add(tx: &Tx<'_>, assignment_id: Uuid, sent: &EvidenceAdded, call: &Call) -> Result<Write<Item>, Problem> {
    let line = assignments::store::lock(tx, &call.actor.scope(), assignment_id).await?;
    let line = line.ok_or_else(Problem::not_found)?;
    assignments::require_standing(&line.record)?;
    let actor = &call.actor;
    let made = Record {
        id: Uuid::now_v7(),
        assignment_id,
        area: line.record.area.clone(),
        state: State::Draft,
        marking: sent.marking.unwrap_or(Marking::Official),
        title: sent.title.to_string(),
        kind: sent.kind,
        description: sent.description.clone().map(Prose::into_string),
        effective_from: sent.effective_from,
        effective_to: sent.effective_to,
        expires_on: sent.expires_on,
        author_issuer: actor.issuer.clone(),
        author_subject: actor.subject.clone(),
        author_name: actor.name.clone(),
        lowering_issuer: None,
        lowering_subject: None,
        lowering_name: None,
        lowering_reason: None,
        lowering_at: None,
        withdrawn_reason: None,
        disposed_at: None,
        version: 1,
        created_at: call.at,
        updated_at: call.at,
        inspection_state: line.record.inspection_state,
    };
    check_days(&made)?;
    let writes = [store::insert(&made), store::tally(tx, assignment_id)];
    let item = Item { record: made, files: Vec::new(), reviews: Vec::new() };
    let event = event("add", None, &item)?.moved(None, State::Draft.as_str());
    Ok(Write::new(item, event).writing(writes))
}

/// Amends an item that the transaction holds; gives it as it then is.
pub fn amend(tx: &Tx<'_>, mut item: Item, sent: EvidenceAmended, call: &Call) -> Result<Write<Item>, Problem> {
    require_standing(&item.record)?;
    if !item.record.state.is_editable() {
        let detail = format!("An item that is {} is not amended.", item.record.state);
        return Err(Problem::new(Kind::NotFromHere, detail)
            .member("state", item.record.state.as_str())
            .member("allowed_actions", serde_json::json!(allowed(&item, call))));
    }
    let before = snapshot(&item)?;
    let it = &mut item.record;
    let mut fields = Vec::new();
    macro_rules! set {
        ($($member:ident = $value:expr;)+) => { $(
            if let Some(value) = sent.$member {
                fields.push(stringify!($member));
                it.$member = $value(value);
            }
        )+ };
    }
    if sent.marking == Some(Marking::Official) && it.marking == Marking::OfficialSensitive {
        let detail = "To lower a marking takes two people: request_lowering, then confirm_lowering.";
        return Err(Problem::invalid(vec![Fault::body("/marking", "needs_two_people", detail)]));
    }
    set! {
        title = Line::into_string;
        kind = std::convert::identity;
        description = |prose: Option<Prose>| prose.map(Prose::into_string);
        effective_from = std::convert::identity;
        effective_to = std::convert::identity;
        expires_on = std::convert::identity;
        marking = std::convert::identity;
    }
    check_days(it)?;
    let writes = written(tx, it, None);
    let event = event("amend", Some(before), &item)?.fields(fields);
    Ok(Write::new(item, event).writing(writes))
}

/// Gives an item that the transaction holds a new version of its file, which goes back to the policing body where the
/// item was reviewed; gives the version.
pub async fn add_version(
    tx: &Tx<'_>,
    item: &Item,
    received: &Received,
    scan: Scan,
    call: &Call,
) -> Result<Write<FileRecord>, Problem> {
    let record = &item.record;
    require_standing(record)?;
    let before = snapshot(item)?;
    let (id, _) = files::insert(tx, record.id, &record.area, received, scan).await?;
    // Its needs are met, or not, by what it then holds.
    let mut now = store::lock(tx, record.id).await?.ok_or_else(Problem::not_found)?;
    let made = now.files.iter().find(|file| file.id == id).cloned();
    let made = made.ok_or_else(|| Problem::internal("the version is not there"))?;
    let mut moved = None;
    let writes = if record.state.is_reviewed() {
        let step = step(&now, &EvidenceMove::Submit { note: None }, call)?;
        moved = Some((step.from().as_str(), step.to(false).as_str()));
        Vec::from(written(tx, &mut now.record, Some(&step)))
    } else {
        vec![written_alone(tx, &mut now.record, None)]
    };
    let mut event = event("upload", Some(before), &now)?.fields(vec!["files"]);
    if let Some((from, to)) = moved {
        event = event.moved(from, to);
    }
    Ok(Write::new(made, event).writing(writes))
}

/// An item as it now is, kept in the log anew: what it said before was taken out of that.
pub async fn kept_anew(tx: &Tx<'_>, id: Uuid) -> Result<Option<Event>, Problem> {
    store::lock(tx, id).await?.map(|now| event("erase", None, &now)).transpose()
}

/// What is effective ends after it begins, and expires after that.
fn check_days(it: &Record) -> Result<(), Problem> {
    let mut faults = Vec::new();
    for (pointer, later) in [("/effective_to", it.effective_to), ("/expires_on", it.expires_on)] {
        if later.zip(it.effective_from).is_some_and(|(later, from)| later < from) {
            faults.push(Fault::body(pointer, "out_of_range", "This day is before it became effective."));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}
