//! Creating and replacing an area, and amending its settings.

use super::model::Area;
use super::requests::{AreaReplacement, AreaSettingsAmendment};
use super::store;
use super::views::{settings_snapshot, snapshot};
use crate::api::{Amended, Fault, IfMatch, Problem, WriteMode};
use crate::auth::{Call, Side};
use crate::db::{Db, Event, Tx, Write};

/// Creates an area, or replaces all members but the settings. Returns the area, and whether it is new.
pub async fn replace(
    db: &Db,
    call: &Call,
    code: &str,
    if_match: &IfMatch,
    request: &AreaReplacement,
    mode: WriteMode,
) -> Result<Amended<(Area, bool)>, Problem> {
    check(code, request)?;
    let work = async |tx: &Tx<'_>| {
        let stored = store::find(tx, code).await?;
        if_match.check_or_absent(stored.as_ref().map(|area| area.version))?;
        if let Some(stored) = stored.as_ref().filter(|stored| request.equals(stored)) {
            return Ok(Write::unchanged((stored.clone(), false)));
        }
        let area = store::upsert(tx, code, request, stored.as_ref(), call.at).await?;
        let area = area.ok_or_else(Problem::stale)?;
        let action = if stored.is_some() { "amend" } else { "create" };
        let mut event = Event::new("area", area.id, area.version, action).shared(true).after(snapshot(&area)?);
        if let Some(stored) = &stored {
            event = event.before(snapshot(stored)?);
        }
        Ok(Write::new((area, stored.is_none()), event))
    };
    db.amend(call, mode, work, async || Ok((find(db, call, code).await?, false))).await
}

async fn find(db: &Db, call: &Call, code: &str) -> Result<Area, Problem> {
    db.read(&call.actor, async |db| store::find(db, code).await).await?.ok_or_else(Problem::not_found)
}

fn check(code: &str, request: &AreaReplacement) -> Result<(), Problem> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut faults = Vec::new();
    if !(2..=63).contains(&code.len())
        || !code.starts_with(|c: char| c.is_ascii_lowercase())
        || !code.chars().all(allowed)
    {
        let detail = "`code` must be 2 to 63 lower-case letters, digits and hyphens, and start with a letter.";
        faults.push(Fault::path("code", "wrong_format", detail));
    }
    if let Some((from, to)) = request.valid_from.zip(request.valid_to)
        && to < from
    {
        let detail = format!("`valid_to` is {to}; it must not be before `valid_from`, {from}.");
        faults.push(Fault::body("/valid_to", "before_valid_from", detail));
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}

/// Checks that each address can receive mail, and is for a role of one of the two sides.
fn check_addresses(settings: &AreaSettingsAmendment) -> Result<(), Problem> {
    let mut faults = Vec::new();
    for (n, entry) in settings.notification_addresses.iter().flatten().enumerate() {
        let pointer = |member: &str| format!("/settings/notification_addresses/{n}/{member}");
        if !matches!(entry.role.side(), Some(Side::PolicingBody | Side::Force)) {
            let detail = "`role` must be a role of the policing body or of the force.";
            faults.push(Fault::body(pointer("role"), "not_allowed", detail));
        }
        if !entry.address.is_valid() {
            let detail = "`address` must be an e-mail address such as office@example.police.uk.";
            faults.push(Fault::body(pointer("address"), "wrong_format", detail));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults)) }
}

/// Amends the settings of an area in the caller's scope, and returns the area.
pub async fn update_settings(
    db: &Db,
    call: &Call,
    code: &str,
    if_match: &IfMatch,
    settings: &AreaSettingsAmendment,
    mode: WriteMode,
) -> Result<Amended<Area>, Problem> {
    check_addresses(settings)?;
    let work = async |tx: &Tx<'_>| {
        let area = store::find(tx, code).await?.ok_or_else(Problem::not_found)?;
        let Some(present) = &area.settings else {
            let detail = format!("Only callers of the area {code} can read or amend its settings.");
            return Err(Problem::forbidden(detail));
        };
        if_match.check(area.version)?;
        if settings.equals(present) {
            return Ok(Write::unchanged(area));
        }
        if store::update_settings(tx, &area, settings, call.at).await? == 0 {
            return Err(Problem::stale());
        }
        let updated = store::find(tx, code).await?.ok_or_else(Problem::not_found)?;
        let event = Event::new("area", updated.id, updated.version, "amend")
            .area(&updated.code)
            .fields(vec!["settings"])
            .before(settings_snapshot(&area)?)
            .after(settings_snapshot(&updated)?);
        Ok(Write::new(updated, event))
    };
    db.amend(call, mode, work, async || find(db, call, code).await).await
}
