//! Replaces the import profile of an area.

use super::model::ImportProfile;
use super::requests::ImportProfileReplacement;
use super::store;
use crate::api::amendment::changed_members;
use crate::api::{Amended, IfMatch, Problem, WriteMode};
use crate::auth::{Call, Side};
use crate::db::{Db, Event, Session, Snapshot, Tx, Write};

/// The members that a replacement can change.
const MEMBERS: [&str; 6] = ["headings", "columns", "status_words", "day_format", "language", "signatory"];

/// Replaces the words of the profile of an area in the caller's scope, and returns the profile.
///
/// # Errors
///
/// 404 if the area is not in the caller's scope; 412 if the profile has changed since it was read; 422 if a word breaks
/// a limit.
pub async fn replace(
    db: &Db,
    call: &Call,
    area: &str,
    if_match: &IfMatch,
    request: ImportProfileReplacement,
    mode: WriteMode,
) -> Result<Amended<ImportProfile>, Problem> {
    let words = request.into_words()?;
    let work = async |tx: &Tx<'_>| {
        let profile = store::find(tx, area).await?.ok_or_else(Problem::not_found)?;
        if_match.check(profile.version)?;
        if profile.words() == words {
            return Ok(Write::unchanged(profile));
        }
        if store::update(tx, &profile, &words).await? == 0 {
            return Err(Problem::stale());
        }
        let updated = store::find(tx, area).await?.ok_or_else(Problem::not_found)?;
        let event = Event::new("import_profile", updated.id, updated.version, "amend").area(area);
        let event = event.fields(changed_members(MEMBERS.to_vec(), &profile, &updated)?);
        let event = event.before(snapshot(&profile)?).after(snapshot(&updated)?);
        Ok(Write::new(updated, event))
    };
    let present = async |db: &Session<'_>| store::find(db, area).await?.ok_or_else(Problem::not_found);
    db.amend(call, mode, work, async || db.read(&call.actor, present).await).await
}

/// Returns the profile as the audit log stores it. The words are the policing body's own.
fn snapshot(profile: &ImportProfile) -> Result<Snapshot, Problem> {
    Snapshot::default().side(Side::PolicingBody, profile)
}
