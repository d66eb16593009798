//! The statements that lease e-mails to instances and record the outcomes of attempts. Only the instance that holds the
//! lease of an e-mail changes it.

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::Row;

use crate::api::Problem;
use crate::db::{FromRow, Session, Tx};
use crate::notifications::model::{ClaimedEmail, EmailBacklog, EmailRecord, EmailState};

impl FromRow for ClaimedEmail {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            area: row.try_get("area")?,
            side: row.try_get("side")?,
            lease: row.try_get("leased_until")?,
        })
    }
}

/// Claims at most `limit` e-mails that are due. The lease counts from now by the clock of the database.
pub async fn claim(tx: &Tx<'_>, lease: TimeDelta, limit: i32) -> Result<Vec<ClaimedEmail>, Problem> {
    let sql =
        "select id, area, side, leased_until from claim_emails($1, make_interval(secs => $2::double precision), $3)";
    tx.find_all(sql, &[&tx.call().at, &lease.as_seconds_f64(), &limit]).await
}

impl FromRow for EmailRecord {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            area_name: row.try_get("area_name")?,
            recipient: row.try_get("recipient")?,
            is_for_person: row.try_get("is_for_person")?,
            language: row.try_get("language")?,
            tries: row.try_get("tries")?,
            handed_over_at: row.try_get("handed_over_at")?,
        })
    }
}

/// Returns a claimed e-mail, if the lease still holds.
pub async fn find_claimed(db: &Session<'_>, claimed: &ClaimedEmail) -> Result<Option<EmailRecord>, Problem> {
    let sql = "select e.id, a.name as area_name, e.recipient, e.person is not null as is_for_person, e.language, e.tries, e.handed_over_at
               from emails e
               join published.areas a on a.code = e.area
               where e.id = $1 and e.leased_until = $2 and e.state = 'pending' and in_scope(e.area, $3) and e.side = any ($4)";
    db.find(sql, &[&claimed.id, &claimed.lease, &db.areas(), &db.sides()]).await
}

/// Records that the text is about to be handed to the mail server. Returns false if the lease was lost.
pub async fn begin_hand_over(tx: &Tx<'_>, claimed: &ClaimedEmail) -> Result<bool, Problem> {
    let sql = "update emails
               set unknown = unknown + (handed_over_at is not null)::integer, handed_over_at = $3, updated_at = $3
               where id = $1 and leased_until = $2 and state = 'pending' and leased_until > clock_timestamp()";
    Ok(tx.execute(sql, &[&claimed.id, &claimed.lease, &tx.call().at]).await? == 1)
}

/// Records the final state of an e-mail. Returns the number of rows: 0 if the lease was lost.
pub async fn settle(
    tx: &Tx<'_>,
    claimed: &ClaimedEmail,
    state: EmailState,
    error: Option<&str>,
) -> Result<u64, Problem> {
    let at = tx.call().at;
    let sent_at = (state == EmailState::Sent).then_some(at);
    let sql = "update emails
               set state = $3, error = $4, sent_at = $5, leased_until = null, handed_over_at = null, updated_at = $6
               where id = $1 and leased_until = $2 and state = 'pending'";
    tx.execute(sql, &[&claimed.id, &claimed.lease, &state, &error, &sent_at, &at]).await
}

/// Plans the next attempt and ends the lease. `is_unknown` states that the mail server may have accepted the text.
pub async fn postpone(
    tx: &Tx<'_>,
    claimed: &ClaimedEmail,
    due: DateTime<Utc>,
    error: &str,
    is_unknown: bool,
) -> Result<u64, Problem> {
    let sql = "update emails
               set tries = tries + 1, due_at = $3, error = $4, leased_until = null, updated_at = $6,
                   handed_over_at = case when $5 then handed_over_at end
               where id = $1 and leased_until = $2 and state = 'pending'";
    tx.execute(sql, &[&claimed.id, &claimed.lease, &due, &error, &is_unknown, &tx.call().at]).await
}

/// Returns what waits in the outbox at an instant.
pub async fn find_backlog(db: &Session<'_>, at: DateTime<Utc>) -> Result<EmailBacklog, Problem> {
    let row = db.query_opt("select oldest, given_up from email_backlog($1)", &[&(at - TimeDelta::days(7))]).await?;
    let row = row.ok_or_else(|| Problem::internal("the outbox of e-mails has no figures"))?;
    let oldest: Option<DateTime<Utc>> = row.get("oldest");
    let oldest = oldest.map_or(TimeDelta::zero(), |due| (at - due).max(TimeDelta::zero()));
    Ok(EmailBacklog { oldest, given_up: row.get("given_up") })
}

/// Deletes the e-mails that were settled before an instant, and returns their number.
pub async fn delete_settled(tx: &Tx<'_>, before: DateTime<Utc>) -> Result<i64, Problem> {
    Ok(tx.query_opt("select delete_settled_emails($1)", &[&before]).await?.map_or(0, |row| row.get(0)))
}
