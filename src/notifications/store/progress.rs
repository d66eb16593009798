//! The statements on how far notifications are made, and on what an area sets about its reminders.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::{Role, Side};
use crate::db::{Session, Tx};
use crate::vocabulary::WireName;

/// How far notifications are made.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The position in the change feed up to which they are made.
    pub position: i64,
    /// The end of the change feed.
    pub head: i64,
    /// The last day for which the reminders are made.
    pub reminders_on: Option<NaiveDate>,
}

/// Returns how far notifications are made.
pub async fn find_progress(db: &Session<'_>) -> Result<Progress, Problem> {
    let sql = "select p.position, p.reminders_on, (select coalesce(max(h.position), 0) from stream_heads h) as head
               from notification_progress p";
    let row = db.query_opt(sql, &[]).await?.ok_or_else(|| Problem::internal("notification_progress has no row"))?;
    Ok(Progress { position: row.get("position"), head: row.get("head"), reminders_on: row.get("reminders_on") })
}

/// Returns the position up to which notifications are made, and locks it until the transaction ends. Returns `None` if
/// another instance has locked it.
pub async fn lock_position(tx: &Tx<'_>) -> Result<Option<i64>, Problem> {
    let row = tx.query_opt("select position from notification_progress for update skip locked", &[]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Sets the position up to which notifications are made.
pub async fn set_position(tx: &Tx<'_>, position: i64) -> Result<u64, Problem> {
    tx.execute("update notification_progress set position = $1", &[&position]).await
}

/// Sets the last day for which the reminders are made.
pub async fn set_reminders_on(tx: &Tx<'_>, day: NaiveDate) -> Result<u64, Problem> {
    let sql = "update notification_progress set reminders_on = $1 where reminders_on is null or reminders_on < $1";
    tx.execute(sql, &[&day]).await
}

/// What an area sets about its reminders.
#[derive(Clone, Debug)]
pub struct ReminderSettings {
    /// The days before a day on which there is a reminder.
    pub reminder_days: Vec<i32>,
    /// Whether a reminder for a weekend is sent on the next working day.
    pub on_working_days: bool,
    /// Days after a day at which what is late goes to a further role.
    pub escalate_late_days: Option<i32>,
    /// Days before a day at which what nobody has opened goes to a further role.
    pub escalate_unopened_days: Option<i32>,
}

/// Returns what an area sets about its reminders.
pub async fn find_reminder_settings(db: &Session<'_>, area: &str) -> Result<Option<ReminderSettings>, Problem> {
    let sql = "select s.reminder_days, s.reminders_on_working_days, s.escalate_late_days, s.escalate_unopened_days
               from area_settings s
               where s.area = $1 and in_scope(s.area, $2)";
    let row = db.query_opt(sql, &[&area, &db.areas()]).await?;
    Ok(row.map(|row| ReminderSettings {
        reminder_days: row.get(0),
        on_working_days: row.get(1),
        escalate_late_days: row.get(2),
        escalate_unopened_days: row.get(3),
    }))
}

/// Returns true if a person of the side that must act has opened a record: changed it or something of it since the side was
/// asked, or been assigned to it. Reading alone leaves no trace in the record, so it does not count.
pub async fn is_opened(db: &Session<'_>, resource_id: Uuid, side: Side) -> Result<bool, Problem> {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| role.side() == Some(side)).collect();
    let sql = "select exists (
                   select from events e
                   where e.resource_id = $1 and e.actor_roles && $2 and e.action not in ('open', 'invite')
                         and e.actor_issuer <> 'section55'
                         and e.at >= coalesce((select max(i.at) from events i
                                               where i.resource_id = $1 and i.action in ('open', 'invite')), '-infinity'))
               or exists (select from assignees a where a.resource_id = $1 and a.side = $3 and a.person_id is not null)";
    Ok(db.query_opt(sql, &[&resource_id, &roles, &side]).await?.is_some_and(|row| row.get(0)))
}
