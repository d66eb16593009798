//! `/v1/inspections`: registering and reading. Publishing touches every subject area and stands in `publishing/`.

use actix_web::web::Data;
use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::model::{Inspection, InspectionKind, InspectionScope, Subjects};
use super::sent::{InspectionAmended, Registration};
use super::store::{self, Inspections};
use super::workflow::{self, Beside, State, WORKFLOW};
use crate::api::{Answer, Api, Body, Created, Fault, IfMatch, Kind, Listed, Mode, Path, Problem, Query, Shown};
use crate::areas;
use crate::audit::{self, History};
use crate::auth::permissions::{ReadHistory, RegisterInspections};
use crate::auth::{Anyone, Call, Caller};
use crate::db::{Change, Db, Event, Session, Tx};
use crate::text::{Line, Prose};

/// Declares the operations.
pub fn operations(api: &mut Api) {
    api.tag("inspections", "Reports of the inspectorate, shared by all areas they are about.");
    api.get("/v1/inspections", "List the inspections", list);
    api.post("/v1/inspections", "Register an inspection", create);
    api.get("/v1/inspections/{id}", "Show an inspection", show);
    api.patch("/v1/inspections/{id}", "Amend a draft inspection", amend);
    api.get("/v1/inspections/{id}/transitions", "List an inspection's transitions", history);
}

async fn list(caller: Anyone, db: Data<Db>, query: Query<Inspections>) -> Answer<Listed<Inspection>> {
    let (rows, total) = match &caller.call {
        None => db.public(async |db| store::page_public(db, &query).await).await?,
        Some(call) => db.read(&call.actor, async |db| store::page(db, &query).await).await?,
    };
    Ok(Listed(query.page(rows, total)))
}

async fn show(caller: Anyone, db: Data<Db>, Path(id): Path<Uuid>) -> Answer<Shown<Inspection>> {
    let found = match &caller.call {
        None => db.public(async |db| store::find_public(db, id).await).await?,
        Some(call) => db.read(&call.actor, async |db| find_acted_on(db, id, call).await).await?,
    };
    found.map(Shown::record).ok_or_else(Problem::not_found)
}

/// An inspection with what the caller may do with it.
pub async fn find_acted_on(db: &Session<'_>, id: Uuid, call: &Call) -> Result<Option<Inspection>, Problem> {
    let Some(mut found) = store::find(db, id).await? else { return Ok(None) };
    let beside = store::beside(db, id).await?;
    found.allowed_actions = Some(allowed(&found, beside, call));
    Ok(Some(found))
}

/// What a caller may do with an inspection: nothing with another area's.
pub fn allowed(it: &Inspection, beside: Beside, call: &Call) -> Vec<crate::workflow::AllowedAction> {
    if !workflow::is_own(it, &call.actor) {
        return Vec::new();
    }
    WORKFLOW.allowed(it.state, &call.actor, |need| workflow::unmet(need, it, beside, call.today()))
}

async fn create(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Body(sent): Body<Registration>,
    mode: Mode,
) -> Answer<Created<Inspection>> {
    let new = register(sent, &caller)?;
    let made = db
        .change(&caller, mode, async |tx| {
            let event = insert(tx, &new).await?;
            let made = find_acted_on(tx, new.id, &caller).await?;
            Ok(Change::of(made.ok_or_else(|| Problem::internal("the inspection was not kept"))?, event))
        })
        .await?;
    Ok(Created::at(format!("/v1/inspections/{}", made.id), made, mode).version(1))
}

/// Enters a checked registration: 409 names the inspection that has its reference already.
pub async fn insert(tx: &Tx<'_>, new: &Inspection) -> Result<Event, Problem> {
    if let Some(existing) = store::find_by_reference(tx, &new.source, &new.reference).await? {
        return Err(already_registered(&existing));
    }
    check_subjects(tx, new).await?;
    store::insert(tx, new).await?;
    let mut event = Event::new("inspection", new.id, 1, "register");
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

/// Every subject area must be one, and one there was on the day.
async fn check_subjects(tx: &Tx<'_>, it: &Inspection) -> Result<(), Problem> {
    let Some(named) = it.subjects.named() else { return Ok(()) };
    let on = it.published_on.unwrap_or_else(|| tx.call().today());
    let known = areas::in_force(tx, on, Some(named)).await?;
    let unknown = named.iter().enumerate().filter(|(_, code)| !known.contains(code));
    let faults: Vec<Fault> = unknown
        .map(|(at, code)| {
            Fault::body(format!("/subjects/{at}"), "unknown_reference", format!("There is no area {code:?} on {on}."))
        })
        .collect();
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
        source: sent.source.map_or_else(|| super::DEFAULT_SOURCE.to_owned(), Line::into_string),
        title: sent.title.map(Line::into_string),
        kind: sent.kind.unwrap_or(InspectionKind::Other),
        legal_basis: sent.legal_basis.map(Line::into_string),
        scope,
        lead_inspectorate: sent.lead_inspectorate.map_or_else(|| super::DEFAULT_SOURCE.to_owned(), Line::into_string),
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
fn check_day(on: Option<NaiveDate>) -> Result<(), Problem> {
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

async fn amend(
    caller: Caller<RegisterInspections>,
    db: Data<Db>,
    Path(id): Path<Uuid>,
    seen: IfMatch,
    Body(amended): Body<InspectionAmended>,
    mode: Mode,
) -> Answer<Shown<Inspection>> {
    let inspection = db
        .change(&caller, mode, async |tx| {
            let mut found = find_own(tx, id, &caller).await?;
            seen.check(found.version)?;
            require_draft(&found, &caller)?;
            let fields = amended.clone().apply(&mut found);
            check_day(found.published_on)?;
            check_subjects(tx, &found).await?;
            if store::update(tx, &found).await? == 0 {
                return Err(Problem::stale());
            }
            let mut event = Event::new("inspection", id, found.version + 1, "amend").fields(fields);
            event.area.clone_from(&found.registered_by);
            let found = find_acted_on(tx, id, &caller).await?.ok_or_else(Problem::not_found)?;
            Ok(Change::of(found, event))
        })
        .await?;
    Ok(Shown::record(inspection))
}

/// An inspection that the caller may write: 404 where it cannot be seen, 403 where it is another's.
pub async fn find_own(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Inspection, Problem> {
    let found = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    if !workflow::is_own(&found, &call.actor) {
        return Err(Problem::forbidden("An inspection is written by the area that registered it, or by a registrar."));
    }
    Ok(found)
}

/// Only a draft is amended; what was published is corrected.
pub fn require_draft(it: &Inspection, call: &Call) -> Result<(), Problem> {
    if it.state == State::Draft {
        return Ok(());
    }
    let detail = format!("An inspection that is {} is not amended; it can be corrected.", it.state);
    Err(Problem::new(Kind::NotFromHere, detail)
        .member("state", it.state.to_string())
        .member("allowed_actions", json!(allowed(it, Beside::default(), call))))
}

async fn history(caller: Caller<ReadHistory>, db: Data<Db>, Path(id): Path<Uuid>) -> Answer<Shown<History>> {
    let items = db
        .read(&caller.actor, async |db| {
            store::find(db, id).await?.ok_or_else(Problem::not_found)?;
            audit::history(db, id).await
        })
        .await?;
    Ok(Shown::plain(History { items }))
}
