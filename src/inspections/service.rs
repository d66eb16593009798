//! Registering, amending and finding an inspection for a write. The operations, imports and the demo share these
//! functions.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::model::{Inspection, InspectionKind, InspectionScope, State, Subjects};
use super::requests::{InspectionAmendment, InspectionRegistration};
use super::store;
use super::views::{allowed_actions, find_with_allowed_actions, snapshot};
use super::workflow::may_write;
use crate::api::amendment::changed_members;
use crate::api::text::{LongText, ShortText, SingleLineText};
use crate::api::{Amended, Fault, IfMatch, Problem, ProblemKind, WriteMode};
use crate::areas;
use crate::auth::Call;
use crate::db::{Db, Event, Session, Tx, Write};
use crate::label;

/// The source of an inspection whose registration states none.
pub const DEFAULT_SOURCE: &str = "hmicfrs";

/// Returns a draft made from a registration, with default values for the members that are absent.
pub fn new_draft(registration: InspectionRegistration, call: &Call) -> Result<Inspection, Problem> {
    let registered_by = registering_area(registration.registered_by.as_deref(), call)?;
    let by_code = matches!(registration.subjects, Some(Subjects::Codes(_)));
    let scope = registration.scope.unwrap_or(if by_code { InspectionScope::Force } else { InspectionScope::National });
    let subjects = match (registration.subjects, scope, &registered_by) {
        (Some(subjects), ..) => subjects,
        (None, InspectionScope::Force, Some(area)) => Subjects::Codes(vec![area.clone()]),
        (None, InspectionScope::Force, None) => {
            let detail = "`subjects` is required when `scope` is `force` and a registrar registers the inspection: \
                          name the area.";
            return Err(Problem::invalid(vec![Fault::body("/subjects", "required", detail)]));
        }
        (None, ..) => Subjects::All,
    };
    let id = Uuid::now_v7();
    let source = |given: Option<String>| given.unwrap_or_else(|| DEFAULT_SOURCE.to_owned());
    let mut draft = Inspection {
        id,
        reference: registration.reference.into_string(),
        source: source(registration.source.map(ShortText::into_string)),
        title: registration.title.map(SingleLineText::into_string),
        kind: registration.kind.unwrap_or(InspectionKind::Other),
        legal_basis: registration.legal_basis.map(SingleLineText::into_string),
        scope,
        lead_inspectorate: source(registration.lead_inspectorate.map(SingleLineText::into_string)),
        participating_inspectorates: registration
            .participating_inspectorates
            .into_iter()
            .map(SingleLineText::into_string)
            .collect(),
        published_on: None,
        due_on: None,
        report_url: registration.report_url,
        key_findings: registration.key_findings.map(LongText::into_string),
        subjects,
        registered_by,
        follows_up: registration.follows_up,
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
    draft.set_published_on(registration.published_on);
    check_published_on(draft.published_on)?;
    Ok(draft)
}

/// Returns the area that registers the inspection: the token's only area, or the one that the request names. A
/// registrar registers for no area.
fn registering_area(named: Option<&str>, call: &Call) -> Result<Option<String>, Problem> {
    let scope = call.actor.scope();
    let fault = |code, detail: String| Err(Problem::invalid(vec![Fault::body("/registered_by", code, detail)]));
    match (named, scope.areas()) {
        (Some(area), own) if own.contains(&label::key(area)) => Ok(Some(label::key(area))),
        (Some(area), own) => {
            let detail = format!("{area:?} is not an area of the token. Its areas are: {}.", own.join(", "));
            fault("unknown_reference", detail)
        }
        (None, _) if scope.is_registrar() => Ok(None),
        (None, [only]) => Ok(Some(only.clone())),
        (None, []) => Err(Problem::forbidden("The token has no area. Use a token of the area that registers.")),
        (None, own) => {
            let detail = format!("The token has several areas. Set `registered_by` to one of: {}.", own.join(", "));
            fault("required", detail)
        }
    }
}

/// Registers a new draft, and returns the event. If an inspection with this source and reference is published, or the
/// area has a draft with it, returns 409.
pub async fn register(tx: &Tx<'_>, draft: &Inspection) -> Result<Event, Problem> {
    require_free_reference(tx, draft).await?;
    check_references(tx, draft).await?;
    store::insert(tx, draft).await?;
    let mut event = Event::new("inspection", draft.id, 1, "register").after(snapshot(draft)?);
    event.area.clone_from(&draft.registered_by);
    Ok(event)
}

/// Checks that no other inspection has the draft's source and reference: none that is published, and no draft of the same
/// area. A draft of another area does not count. The first of them to be published has the reference.
async fn require_free_reference(tx: &Tx<'_>, draft: &Inspection) -> Result<(), Problem> {
    let Inspection { source, reference, registered_by, .. } = draft;
    let existing = store::find_by_reference(tx, source, reference, registered_by.as_deref()).await?;
    existing.filter(|it| it.id != draft.id).map_or(Ok(()), |existing| Err(already_registered(&existing)))
}

/// Returns the 409 that names the inspection which already has the reference.
fn already_registered(existing: &Inspection) -> Problem {
    let Inspection { reference, source, state, .. } = existing;
    let detail = format!(
        "Inspection {reference} of {source} is already registered (state: {state}). Use the \
                          inspection in `existing`."
    );
    Problem::new(ProblemKind::AlreadyExists, detail)
        .member("existing", json!({ "id": existing.id, "href": existing.links["self"] }))
}

/// Amends a draft that the caller may write, and returns it. Values that are already so change nothing.
pub async fn update(
    db: &Db,
    call: &Call,
    id: Uuid,
    if_match: &IfMatch,
    amendment: &InspectionAmendment,
    mode: WriteMode,
) -> Result<Amended<Inspection>, Problem> {
    let work = async |tx: &Tx<'_>| amend(tx, id, amendment, |version| if_match.check(version), call).await;
    let present =
        async |db: &Session<'_>| find_with_allowed_actions(db, id, call).await?.ok_or_else(Problem::not_found);
    db.amend(call, mode, work, async || db.read(&call.actor, present).await).await
}

/// Amends a draft that the caller may write, in a transaction.
pub async fn amend(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: &InspectionAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<Inspection>, Problem> {
    let stored = find_writable(tx, id, call).await?;
    check_version(stored.version)?;
    require_draft(tx, &stored, call).await?;
    let before = snapshot(&stored)?;
    let mut draft = stored.clone();
    let fields = changed_members(amendment.clone().apply(&mut draft), &stored, &draft)?;
    check_published_on(draft.published_on)?;
    check_references(tx, &draft).await?;
    if fields.contains(&"reference") || fields.contains(&"source") {
        require_free_reference(tx, &draft).await?;
    }
    store::update(tx, &draft).await?;
    let updated = find_with_allowed_actions(tx, id, call).await?.ok_or_else(Problem::not_found)?;
    let event = Event::new("inspection", id, updated.version, "amend").fields(fields);
    let mut event = event.before(before).after(snapshot(&updated)?);
    event.area.clone_from(&updated.registered_by);
    Ok(Write::new(updated, event))
}

/// Checks that every subject is an area on the day of publication, and that the caller can see the inspection followed
/// up.
async fn check_references(tx: &Tx<'_>, it: &Inspection) -> Result<(), Problem> {
    let mut faults = Vec::new();
    if let Some(codes) = it.subjects.codes() {
        let on = it.published_on.unwrap_or_else(|| tx.call().today());
        let known = areas::codes_valid_on(tx, on, Some(codes)).await?;
        for (at, code) in codes.iter().enumerate().filter(|(_, code)| !known.contains(code)) {
            let detail = format!("There is no area {code:?} on {on}. GET /v1/areas?valid_on={on} lists the areas.");
            faults.push(Fault::body(format!("/subjects/{at}"), "unknown_reference", detail));
        }
    }
    if let Some(earlier) = it.follows_up
        && store::find(tx, earlier).await?.is_none()
    {
        let detail = format!("There is no inspection {earlier} that the caller can see.");
        faults.push(Fault::body("/follows_up", "unknown_reference", detail));
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}

/// Checks the day of publication. The first inspectors of constabulary were appointed in 1856, so an earlier day is a
/// typing error.
fn check_published_on(on: Option<NaiveDate>) -> Result<(), Problem> {
    let first = NaiveDate::from_ymd_opt(1856, 1, 1).unwrap_or_default();
    let last = NaiveDate::from_ymd_opt(9000, 1, 1).unwrap_or_default();
    match on {
        Some(on) if on < first || on > last => {
            let detail = format!("`published_on` is {on}; it must be between {first} and {last}.");
            Err(Problem::invalid(vec![Fault::body("/published_on", "out_of_range", detail)]))
        }
        _ => Ok(()),
    }
}

/// Returns an inspection that the caller may write. It is 404 if the caller cannot see it, and 403 if another area
/// registered it.
pub async fn find_writable(tx: &Tx<'_>, id: Uuid, call: &Call) -> Result<Inspection, Problem> {
    let found = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    if !may_write(&found, &call.actor) {
        let detail = match &found.registered_by {
            Some(area) => {
                format!("Only the area {area}, which registered this inspection, or a registrar can change it.")
            }
            None => "Only a registrar can change this inspection, because a registrar registered it.".to_owned(),
        };
        return Err(Problem::forbidden(detail));
    }
    Ok(found)
}

/// Returns 409 unless the inspection is a draft: a published inspection can be corrected, but not amended.
pub async fn require_draft(db: &Session<'_>, it: &Inspection, call: &Call) -> Result<(), Problem> {
    if it.state == State::Draft {
        return Ok(());
    }
    let context = store::find_contexts(db, &[it.id]).await?.remove(&it.id).unwrap_or_default();
    let detail = match it.state {
        State::Published => "The inspection is published. Change it with the transition `correct`.".to_owned(),
        state => format!("The inspection is {state}. Only a draft can be changed."),
    };
    Err(Problem::new(ProblemKind::NotPossibleFromThisState, detail)
        .member("state", it.state.to_string())
        .member("allowed_actions", json!(allowed_actions(it, &context, call))))
}
