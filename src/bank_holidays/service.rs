//! Writes of bank holidays.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::BankHoliday;
use super::requests::BankHolidayReplacement;
use super::store;
use crate::api::{Amended, IfMatch, Problem, WriteMode};
use crate::auth::Call;
use crate::db::{Db, Event, Snapshot, Tx, Write};

fn event(holiday: &BankHoliday, action: &'static str) -> Event {
    Event::new("bank_holiday", holiday.id, holiday.version, action).shared(true)
}

/// Creates the bank holiday of a day, or gives it another name. Returns it, and whether it is new.
///
/// # Errors
/// The error of `if_match`.
pub async fn replace(
    db: &Db,
    call: &Call,
    day: NaiveDate,
    if_match: &IfMatch,
    request: &BankHolidayReplacement,
    mode: WriteMode,
) -> Result<Amended<(BankHoliday, bool)>, Problem> {
    let work = async |tx: &Tx<'_>| {
        let stored = store::find(tx, day).await?;
        if_match.check_or_absent(stored.as_ref().map(|holiday| holiday.version))?;
        let name = request.name.to_string();
        let Some(stored) = stored else {
            let links = BankHoliday::links(day);
            let (id, created_at, updated_at) = (Uuid::now_v7(), call.at, call.at);
            let new = BankHoliday { id, day, name, version: 1, created_at, updated_at, links };
            store::insert(tx, &new).await?;
            let event = event(&new, "create").after(Snapshot::new(&new)?);
            return Ok(Write::new((new, true), event));
        };
        if stored.name == name {
            return Ok(Write::unchanged((stored, false)));
        }
        let renamed = BankHoliday { name, version: stored.version + 1, updated_at: call.at, ..stored.clone() };
        if store::update(tx, &renamed).await? == 0 {
            return Err(Problem::stale());
        }
        let event = event(&renamed, "amend").before(Snapshot::new(&stored)?).after(Snapshot::new(&renamed)?);
        Ok(Write::new((renamed, false), event))
    };
    let find = async || {
        let found = db.read(&call.actor, async |db| store::find(db, day).await).await?;
        Ok((found.ok_or_else(Problem::not_found)?, false))
    };
    db.amend(call, mode, work, find).await
}

/// Deletes the bank holiday of a day.
///
/// # Errors
/// 404 if the day has none; the error of `if_match`.
pub async fn delete(tx: &Tx<'_>, day: NaiveDate, if_match: &IfMatch) -> Result<Event, Problem> {
    let mut holiday = store::find(tx, day).await?.ok_or_else(Problem::not_found)?;
    if_match.check(holiday.version)?;
    let before = Snapshot::new(&holiday)?;
    if store::delete(tx, &holiday).await? == 0 {
        return Err(Problem::stale());
    }
    holiday.version += 1;
    Ok(event(&holiday, "remove").before(before))
}
