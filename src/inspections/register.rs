//! Registering an inspection, and who may write one: shared by the operations, imports and the demo.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::model::{Inspection, InspectionKind, InspectionScope, Subjects};
use super::needs::{self, InspectionContext};
use super::request::Registration;
use super::snapshot::snapshot;
use super::store;
use super::workflow::{State, WORKFLOW};
use crate::api::text::{Label, Line, Prose};
use crate::api::{Fault, Kind, Problem};
use crate::areas;
use crate::auth::Call;
use crate::db::{Event, Session, Tx};
use crate::workflow::AllowedAction;

/// The source of an inspection that does not say.
pub const DEFAULT_SOURCE: &str = "hmicfrs";

/// An inspection with what the caller may do with it.
pub async fn find_acted_on(db: &Session<'_>, id: Uuid, call: &Call) -> Result<Option<Inspection>, Problem> {
    let Some(found) = store::find(db, id).await? else { return Ok(None) };
    Ok(acted_on(db, vec![found], call).await?.pop())
}

/// Inspections, each with what the caller may do with it.
pub async fn acted_on(db: &Session<'_>, mut found: Vec<Inspection>, call: &Call) -> Result<Vec<Inspection>, Problem> {
    let ids: Vec<Uuid> = found.iter().map(|it| it.id).collect();
    let beside = store::beside(db, &ids).await?;
    for it in &mut found {
        it.allowed_actions = Some(allowed(it, beside.get(&it.id).copied().unwrap_or_default(), call));
    }
    Ok(found)
}

/// What a caller may do with an inspection: nothing with another area's.
pub fn allowed(it: &Inspection, beside: InspectionContext, call: &Call) -> Vec<AllowedAction> {
    if !needs::is_own(it, &call.actor) {
        return Vec::new();
    }
    WORKFLOW.allowed(it.state, &call.actor, |need| needs::unmet(need, it, beside, call.today()))
}

/// Enters a checked registration: 409 names the inspection that has its reference already.
pub async fn insert(tx: &Tx<'_>, new: &Inspection) -> Result<Event, Problem> {
    if let Some(existing) = store::find_by_reference(tx, &new.source, &new.reference).await? {
        return Err(already_registered(&existing));
    }
    check_references(tx, new).await?;
    store::insert(tx, new).await?;
    let mut event = Event::new("inspection", new.id, 1, "register").after(snapshot(new)?);
    event.area.clone_from(&new.registered_by);
    Ok(event)
}

/// 409, naming the inspection that has the reference.
pub fn already_registered(existing: &Inspection) -> Problem {
    let Inspection { reference, source, state, .. } = existing;
    let detail = format!("Inspection {reference} of {source} is registered already, and is {state}.");
    Problem::new(Kind::AlreadyExists, detail)
        .member("existing", json!({ "id": existing.id, "href": existing.links["self"] }))
}

/// Every subject area must be one, and one there was on the day; what it follows up must be one the caller can see.
pub(super) async fn check_references(tx: &Tx<'_>, it: &Inspection) -> Result<(), Problem> {
    let mut faults = Vec::new();
    if let Some(named) = it.subjects.named() {
        let on = it.published_on.unwrap_or_else(|| tx.call().today());
        let known = areas::in_force(tx, on, Some(named)).await?;
        for (at, code) in named.iter().enumerate().filter(|(_, code)| !known.contains(code)) {
            let detail = format!("There is no area {code:?} on {on}.");
            faults.push(Fault::body(format!("/subjects/{at}"), "unknown_reference", detail));
        }
    }
    if let Some(earlier) = it.follows_up
        && store::find(tx, earlier).await?.is_none()
    {
        faults.push(Fault::body("/follows_up", "unknown_reference", "There is no such inspection."));
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}

/// A registration made into a draft, with what was left out filled in.
pub fn register(sent: Registration, call: &Call) -> Result<Inspection, Problem> {
    let registered_by = registering_area(sent.registered_by.as_deref(), call)?;
    let named = matches!(sent.subjects, Some(Subjects::Named(_)));
    let scope = sent.scope.unwrap_or(if named { InspectionScope::Force } else { InspectionScope::National });
    let subjects = match (sent.subjects, scope, &registered_by) {
        (Some(subjects), ..) => subjects,
        (None, InspectionScope::Force, Some(area)) => Subjects::Named(vec![area.clone()]),
        (None, InspectionScope::Force, None) => {
            let detail = "An inspection of one force needs its area as subject.";
            return Err(Problem::invalid(vec![Fault::body("/subjects", "required", detail)]));
        }
        (None, ..) => Subjects::All,
    };
    let id = Uuid::now_v7();
    let mut new = Inspection {
        id,
        reference: sent.reference.into_string(),
        source: sent.source.map_or_else(|| DEFAULT_SOURCE.to_owned(), Label::into_string),
        title: sent.title.map(Line::into_string),
        kind: sent.kind.unwrap_or(InspectionKind::Other),
        legal_basis: sent.legal_basis.map(Line::into_string),
        scope,
        lead_inspectorate: sent.lead_inspectorate.map_or_else(|| DEFAULT_SOURCE.to_owned(), Line::into_string),
        participating_inspectorates: sent.participating_inspectorates.into_iter().map(Line::into_string).collect(),
        published_on: None,
        due_on: None,
        report_url: sent.report_url,
        key_findings: sent.key_findings.map(Prose::into_string),
        subjects,
        registered_by,
        follows_up: sent.follows_up,
        state: State::Draft,
        recommendations_count: 0,
        corrections: Vec::new(),
        allowed_actions: None,
        version: 1,
        created_at: call.at,
        updated_at: call.at,
        links: Inspection::links(id),
        shown_at: None,
    };
    new.publish_on(sent.published_on);
    check_day(new.published_on)?;
    Ok(new)
}

/// The area in whose name it is registered: the token's one, or the one named of several; none for a registrar.
fn registering_area(named: Option<&str>, call: &Call) -> Result<Option<String>, Problem> {
    let scope = call.actor.scope();
    let fault = |code, detail: &str| Err(Problem::invalid(vec![Fault::body("/registered_by", code, detail)]));
    match (named, scope.areas()) {
        (Some(area), own) if own.iter().any(|code| code == area) => Ok(Some(area.to_owned())),
        (Some(_), _) => fault("unknown_reference", "This is none of the token's areas."),
        (None, _) if scope.is_registrar() => Ok(None),
        (None, [only]) => Ok(Some(only.clone())),
        (None, []) => Err(Problem::forbidden("The token names no area.")),
        (None, _) => fault("required", "The token names several areas; say in whose name it is registered."),
    }
}

/// A day before there were inspectors of constabulary (1856) is a slip of the keyboard.
pub(super) fn check_day(on: Option<NaiveDate>) -> Result<(), Problem> {
    let first = NaiveDate::from_ymd_opt(1856, 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(9000, 1, 1).unwrap_or_default();
    match on {
        Some(on) if on < first || on > last => {
            let detail = "No report was, or will be, published on that day.";
            Err(Problem::invalid(vec![Fault::body("/published_on", "out_of_range", detail)]))
        }
        _ => Ok(()),
    }
}

/// An inspection that the caller may write: 404 where it cannot be seen, 403 where it is another's.
pub async fn find_own(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Inspection, Problem> {
    let found = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    if !needs::is_own(&found, &call.actor) {
        return Err(Problem::forbidden("An inspection is written by the area that registered it, or by a registrar."));
    }
    Ok(found)
}

/// Only a draft is amended; what was published is corrected.
pub async fn require_draft(db: &Session<'_>, it: &Inspection, call: &Call) -> Result<(), Problem> {
    if it.state == State::Draft {
        return Ok(());
    }
    let beside = store::beside(db, &[it.id]).await?.remove(&it.id).unwrap_or_default();
    let detail = format!("An inspection that is {} is not amended; it can be corrected.", it.state);
    Err(Problem::new(Kind::NotFromHere, detail)
        .member("state", it.state.to_string())
        .member("allowed_actions", json!(allowed(it, beside, call))))
}
