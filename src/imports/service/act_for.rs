//! The call with which an import is written: with the rights of the area's policing body, or of a registrar.

use crate::api::{Fault, Problem, ProblemKind};
use crate::areas;
use crate::auth::{Call, Role};
use crate::db::Db;

/// Returns the call with the rights of the area's policing body, and the area. Without `area`, it is the token's only
/// area; a registrar without `area` imports for no area.
///
/// # Errors
///
/// Returns 400 if the area is missing, and 403 if the caller may not import for the area.
pub fn act_for(call: &Call, area: Option<&str>) -> Result<(Call, Option<String>), Problem> {
    let is_opcc = call.actor.has_any_role(&[Role::Opcc]);
    let area = match (area, call.actor.areas()) {
        (Some(area), _) => area,
        (None, [only]) if is_opcc => only,
        (None, _) if call.actor.has_any_role(&[Role::Registrar]) => return Ok((call.clone(), None)),
        (None, _) => return Err(area_required()),
    };
    let actor = call.actor.acting_for(area).ok_or_else(|| not_an_own_area(area))?;
    Ok((Call { actor, ..call.clone() }, Some(area.to_owned())))
}

/// Returns the call that writes the rows of a table into a draft, and the area of the import. A registrar writes into a
/// draft with a registrar's own rights: the import then belongs to no area, whatever `area` names.
///
/// # Errors
///
/// Returns 400 if the area is missing, and 403 if the caller may not import for the area.
pub fn act_for_rows(call: &Call, area: Option<&str>) -> Result<(Call, Option<String>), Problem> {
    let is_own =
        |area: &str| call.actor.has_any_role(&[Role::Opcc]) && call.actor.areas().iter().any(|own| own == area);
    let is_registrar = call.actor.has_any_role(&[Role::Registrar]);
    if is_registrar && area.is_some_and(|area| !is_own(area)) {
        return Ok((call.clone(), None));
    }
    act_for(call, area)
}

/// Returns the call that may write an import of this area.
///
/// # Errors
///
/// Returns 403 if the caller may not import for the area.
pub fn act_for_area_of_import(call: &Call, area: Option<&str>) -> Result<Call, Problem> {
    let Some(area) = area else { return Ok(call.clone()) };
    let actor = call.actor.acting_for(area).ok_or_else(|| not_an_own_area(area))?;
    Ok(Call { actor, ..call.clone() })
}

/// Checks that the area exists.
///
/// # Errors
///
/// Returns 400 if it does not exist, and 503 if the database fails.
pub async fn require_area(db: &Db, area: Option<&str>) -> Result<(), Problem> {
    let Some(area) = area else { return Ok(()) };
    let codes = db.read_published(async |db| areas::codes(db).await).await?;
    if codes.iter().any(|code| code == area) {
        return Ok(());
    }
    let detail = format!("There is no area {area:?}. GET /v1/areas lists the areas.");
    let fault = Fault::query("area", "unknown_reference", detail);
    Err(Problem::with_faults(ProblemKind::InvalidParameters, vec![fault]))
}

fn area_required() -> Problem {
    let fault = Fault::query("area", "required", "`area` is required: name the area for which the file is imported.");
    Problem::with_faults(ProblemKind::InvalidParameters, vec![fault])
}

fn not_an_own_area(area: &str) -> Problem {
    let detail = format!("To import for the area {area:?}, the caller must have the role opcc in that area.");
    Problem::forbidden(detail)
}
