//! Making and deleting calendars, and reading one by its secret.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::events::{self, ShownEvent};
use super::model::{FoundCalendar, NewCalendar, SecretCalendar};
use super::requests::CalendarCreation;
use super::{secret, store, views};
use crate::api::text::SingleLineText;
use crate::api::{Fault, IfMatch, Problem, ProblemKind};
use crate::auth::{Actor, Call, Role, Side};
use crate::calendar::london_date;
use crate::db::{AuditedRead, Db, Event, Tx, Write};
use crate::deadlines::calendar::{self, MAX_EVENTS};
use crate::deadlines::model::Deadline;
use crate::deadlines::store as deadlines;
use crate::label;

/// The largest number of calendars that one person may have.
const MAX_CALENDARS: i64 = 20;

/// Returns the side of the caller, for the audit log: of two, the policing body.
fn side(call: &Call) -> Result<Side, Problem> {
    let sides = call.actor.scope().sides().to_vec();
    let order = [Side::PolicingBody, Side::Force, Side::Audit];
    let found = order.into_iter().find(|side| sides.contains(side));
    found.ok_or_else(|| Problem::internal("a caller without a side"))
}

/// Makes a calendar with this secret, for the areas of the request, or for all areas of the token.
///
/// # Errors
/// 403 if an area is not the caller's; 422 if no area exists, or if the person already has the largest number of calendars.
pub async fn make(
    tx: &Tx<'_>,
    call: &Call,
    (id, secret): (Uuid, &str),
    creation: CalendarCreation,
) -> Result<Write<SecretCalendar>, Problem> {
    let areas = chosen_areas(tx, call, creation.areas.as_deref()).await?;
    if store::count(tx).await? >= MAX_CALENDARS {
        let detail = format!("You already have {MAX_CALENDARS} calendars, which is the limit: delete one first.");
        let fault = Fault::record("", "too_many", detail);
        return Err(Problem::with_faults(ProblemKind::NeedsUnmet, vec![fault]));
    }
    let kinds = creation.kinds.map(|mut kinds| {
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    });
    let new = NewCalendar {
        id,
        owner_issuer: call.actor.issuer.clone(),
        owner_subject: call.actor.subject.clone(),
        roles: call.actor.roles().iter().copied().filter(|role| role.side().is_some()).collect::<Vec<Role>>(),
        areas,
        kinds,
        description: creation.description.map(SingleLineText::into_string),
        secret_sha256: secret::sha256(secret),
        created_at: call.at,
    };
    store::insert(tx, &new).await?;
    let made = store::find(tx, id).await?.ok_or_else(|| Problem::internal("the new calendar was not found"))?;
    write(made.clone(), views::made(&made, side(call)?)?)
}

/// Returns a write of one event for each area of a calendar.
fn write<T>(value: T, events: Vec<Event>) -> Result<Write<T>, Problem> {
    let mut events = events.into_iter();
    let first = events.next().ok_or_else(|| Problem::internal("a calendar without an area"))?;
    Ok(Write::new(value, first).with_events(events))
}

async fn chosen_areas(tx: &Tx<'_>, call: &Call, requested: Option<&[SingleLineText]>) -> Result<Vec<String>, Problem> {
    let scope = call.actor.scope();
    let wanted: Vec<String> = match requested {
        Some(areas) => areas.iter().map(|area| label::key(area)).collect(),
        None => scope.areas().to_vec(),
    };
    if let Some(other) = wanted.iter().find(|area| !scope.covers(area)) {
        return Err(Problem::forbidden(format!("The token does not name the area `{other}`.")));
    }
    let areas = store::existing_areas(tx, &wanted).await?;
    if areas.is_empty() {
        let fault = Fault::body("/areas", "not_found", "No area of the token exists here.");
        return Err(Problem::invalid(vec![fault]));
    }
    Ok(areas)
}

/// Deletes a calendar of the caller. Its address is then unknown.
///
/// # Errors
/// 404 if the caller has no such calendar; 412 if its version is another.
pub async fn delete(tx: &Tx<'_>, call: &Call, id: Uuid, if_match: &IfMatch) -> Result<Write<()>, Problem> {
    let calendar = store::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    if_match.check(calendar.version)?;
    if store::delete(tx, id).await? == 0 {
        return Err(Problem::not_found());
    }
    write((), views::deleted(&calendar, side(call)?)?)
}

/// Returns the text of the calendar with this secret (RFC 5545), and records what it shows.
///
/// # Errors
/// 404 if no calendar has the secret.
pub async fn read(db: &Db, secret: &str, at: DateTime<Utc>) -> Result<String, Problem> {
    let finder = Actor::service("calendars", &[], &[]);
    let digest = secret::sha256(secret);
    let found = db.read(&finder, async |db| store::find_by_secret(db, &digest).await).await?;
    let calendar = found.ok_or_else(Problem::not_found)?;
    let areas: Vec<&str> = calendar.areas.iter().map(String::as_str).collect();
    let owner = Actor::new(&calendar.owner_issuer, &calendar.owner_subject, None, &calendar.roles, &areas);
    // Each read is without an audit event, so OFFICIAL-SENSITIVE evidence is never in it.
    let today = london_date(at);
    let kinds = calendar.kinds.as_deref();
    let deadlines = match areas.is_empty() {
        true => Vec::new(),
        false => db.read(&owner, async |db| deadlines::of_calendar(db, kinds, today).await).await?,
    };
    let next = events::update(&calendar.shown, &deadlines, MAX_EVENTS, at);
    let shown = match next == calendar.shown && calendar.last_used_on == Some(today) {
        true => next,
        false => record(db, &calendar, &owner, &deadlines, at).await?,
    };
    Ok(calendar::calendar(&events::to_write(&shown, &deadlines)))
}

/// Records what a calendar shows, after what another request may have recorded in the meantime.
async fn record(
    db: &Db,
    calendar: &FoundCalendar,
    owner: &Actor,
    deadlines: &[Deadline],
    at: DateTime<Utc>,
) -> Result<Vec<ShownEvent>, Problem> {
    let call = Call::by_service(owner.clone(), "calendars", at);
    db.read_audited(&call, async |tx| {
        let Some(shown) = store::lock_shown(tx, calendar.id).await? else {
            return Ok(AuditedRead::new(calendar.shown.clone(), Vec::new()));
        };
        let next = events::update(&shown, deadlines, MAX_EVENTS, at);
        store::set_shown(tx, calendar.id, &next, call.today()).await?;
        Ok(AuditedRead::new(next, Vec::new()))
    })
    .await
}
