//! Writes of people: entries by the area itself, and what the service sees in a token.

use serde_json::json;
use uuid::Uuid;

use super::model::{Person, links};
use super::requests::{PersonAmendment, PersonCreation};
use super::store;
use super::views::event;
use crate::api::amendment::changed_members;
use crate::api::{Fault, Problem, ProblemKind};
use crate::auth::{Call, Role, Side, choose_owner};
use crate::db::{Event, Tx, Write};

/// The longest subject that a token can have, in characters.
const MAX_SUBJECT: usize = 255;

/// Adds an entry of a person of the caller's own side.
///
/// # Errors
///
/// Returns 403 if the area or side is not the caller's, 409 if the side has an entry of this subject, and 422 if the
/// subject is longer than one of a token.
pub async fn create(tx: &Tx<'_>, creation: PersonCreation, call: &Call) -> Result<Write<Person>, Problem> {
    let (area, side) = choose_owner(call, creation.area.as_deref(), creation.side, "entry")?;
    let issuer = creation.issuer.map_or_else(|| call.actor.issuer.clone(), |issuer| issuer.into_string());
    let subject = creation.subject.into_string();
    if subject.chars().count() > MAX_SUBJECT {
        let detail = format!("`subject` must have at most {MAX_SUBJECT} characters, as the subject of a token has.");
        return Err(Problem::invalid(vec![Fault::body("/subject", "too_long", detail)]));
    }
    let known = store::lock_entries(tx, &issuer, &subject, &[side]).await?;
    if let Some(existing) = known.iter().find(|entry| entry.area == area) {
        let detail = "The side already has an entry of this subject. `existing` states its address.";
        let fault = Fault::body("/subject", "already_exists", detail);
        return Err(Problem::with_faults(ProblemKind::AlreadyExists, vec![fault])
            .member("existing", json!({ "id": existing.id, "href": existing.links["self"] })));
    }
    let person = new_entry(area, side, (issuer, subject, creation.name.into_string()), call);
    tx.write(store::insert(&person)).await?;
    let event = event("add", None, &person)?;
    Ok(Write::new(person, event))
}

fn new_entry(area: String, side: Side, (issuer, subject, name): (String, String, String), call: &Call) -> Person {
    let id = Uuid::now_v7();
    Person {
        id,
        links: links(id, &area),
        area,
        side,
        issuer,
        subject,
        name,
        roles: Vec::new(),
        active: true,
        first_seen_on: None,
        last_seen_on: None,
        version: 1,
        created_at: call.at,
        updated_at: call.at,
    }
}

/// Amends an entry of the caller's own side.
///
/// # Errors
///
/// Returns 404 if no area of the caller has the entry, the error of `check_version`, and 403 if the entry is of another
/// side.
pub async fn update(
    tx: &Tx<'_>,
    id: Uuid,
    amendment: PersonAmendment,
    check_version: impl Fn(i64) -> Result<(), Problem>,
    call: &Call,
) -> Result<Write<Person>, Problem> {
    let before = store::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    check_version(before.version)?;
    if !call.actor.scope().sides().contains(&before.side) {
        return Err(Problem::forbidden(format!("Only the side `{}` may change its entries.", before.side)));
    }
    let mut after = before.clone();
    let fields = changed_members(amendment.apply(&mut after), &before, &after)?;
    let statement = increase_version(tx, &before, &mut after);
    let event = event("amend", Some(&before), &after)?.fields(fields);
    Ok(Write::new(after, event).with_statements([statement]))
}

fn increase_version(tx: &Tx<'_>, before: &Person, after: &mut Person) -> crate::db::WriteStatement {
    after.version = before.version + 1;
    after.updated_at = tx.call().at;
    store::update(tx, before.version, after)
}

/// Returns an audit event with the present content of an entry. It is recorded once the content of the entry's earlier
/// events has been erased.
/// Returns `None` if the entry does not exist.
pub async fn erasure_event(tx: &Tx<'_>, id: Uuid) -> Result<Option<Event>, Problem> {
    store::find(tx, id).await?.map(|person| event("erase", None, &person)).transpose()
}

/// Records that the service accepted a token of the caller: adds the entries that the caller's areas do not have, and
/// changes those whose name or roles differ. Of an unchanged entry it writes the day alone. Returns the audit events.
///
/// # Errors
///
/// Returns 412 if another instance recorded the same person at this moment.
pub async fn record_sighting(tx: &Tx<'_>, call: &Call) -> Result<Vec<Event>, Problem> {
    let (actor, scope, today) = (&call.actor, call.actor.scope(), call.today());
    let sides = [Side::PolicingBody, Side::Force].into_iter().filter(|side| scope.sides().contains(side));
    let sides: Vec<Side> = sides.collect();
    let known = store::lock_entries(tx, &actor.issuer, &actor.subject, &sides).await?;
    let areas = store::existing_areas(tx).await?;
    if let Some(email) = &actor.email {
        tx.write(store::set_address(tx, email)).await?;
    }
    let mut events = Vec::new();
    for (area, side) in areas.iter().flat_map(|area| sides.iter().map(move |side| (area, *side))) {
        let roles: Vec<Role> = actor.roles().iter().copied().filter(|role| role.side() == Some(side)).collect();
        let Some(before) = known.iter().find(|entry| entry.area == *area && entry.side == side) else {
            let names = (actor.issuer.clone(), actor.subject.clone(), actor.display_name().to_owned());
            let entry = new_entry(area.clone(), side, names, call);
            let entry = Person { roles, first_seen_on: Some(today), last_seen_on: Some(today), ..entry };
            tx.write(store::insert(&entry)).await?;
            events.push(event("add", None, &entry)?);
            continue;
        };
        if before.last_seen_on.is_some_and(|last| last > today) {
            continue;
        }
        let mut after = before.clone();
        after.roles = roles;
        after.first_seen_on = after.first_seen_on.or(Some(today));
        after.last_seen_on = Some(today);
        if let Some(name) = &actor.name {
            after.name.clone_from(name);
        }
        let fields = changed_members(vec!["name", "roles"], before, &after)?;
        if !fields.is_empty() {
            let statement = increase_version(tx, before, &mut after);
            tx.write(statement).await?;
            events.push(event("amend", Some(before), &after)?.fields(fields));
        } else if before.last_seen_on != after.last_seen_on {
            tx.write(store::set_last_seen(tx, before.id, today)).await?;
        }
    }
    Ok(events)
}
