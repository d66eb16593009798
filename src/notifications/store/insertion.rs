//! The statements that store a notification: in an e-mail of its own, or in the digest of a morning.

use chrono::{DateTime, Days, NaiveDate, Utc};
use uuid::Uuid;

use crate::api::Problem;
use crate::calendar::{london_date, london_morning};
use crate::db::Tx;
use crate::notifications::identity;
use crate::notifications::model::{Cause, NotificationFrequency, Recipient, Subject};
use crate::vocabulary::WireName;

/// The hour in London at which digests are sent.
const DIGEST_HOUR: u32 = 7;

/// Stores a notification, if it is not stored already. Returns the number of notifications stored.
pub async fn insert_notification(tx: &Tx<'_>, subject: &Subject, recipient: &Recipient) -> Result<u64, Problem> {
    let at = tx.call().at;
    let Subject { area, kind, resource, resource_id, action, cause } = subject;
    let (id, event, day, lead): (Uuid, Option<Uuid>, Option<NaiveDate>, Option<i32>) = match *cause {
        Cause::Event(event) => (identity::of_event(event, *kind, &recipient.address), Some(event), None, None),
        Cause::Day { deadline, day, lead } => {
            (identity::of_day(deadline, day, lead, *kind, &recipient.address), None, Some(day), Some(lead))
        }
    };
    if tx.query_opt("select true from notifications where id = $1", &[&id]).await?.is_some() {
        return Ok(0);
    }
    let email = match recipient.frequency {
        NotificationFrequency::Never => return Ok(0),
        NotificationFrequency::AtOnce => {
            insert_email(tx, id, area, recipient, None, at).await?;
            id
        }
        NotificationFrequency::Daily => find_or_insert_digest(tx, area, recipient).await?,
    };
    tx.execute(
        "insert into notifications (id, email_id, area, side, kind, event_id, resource, resource_id, action, day, lead,
                                    created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (id) do nothing",
        &[&id, &email, area, &recipient.side, &kind.as_str(), &event, resource, resource_id, action, &day, &lead, &at],
    )
    .await
}

async fn insert_email(
    tx: &Tx<'_>,
    id: Uuid,
    area: &str,
    recipient: &Recipient,
    digest_on: Option<NaiveDate>,
    due: DateTime<Utc>,
) -> Result<u64, Problem> {
    let Recipient { address, side, language, person, .. } = recipient;
    let sql = "insert into emails (id, area, side, recipient, person, language, digest_on, state, due_at, created_at, updated_at)
               values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9, $9)
               on conflict (id) do nothing";
    tx.execute(sql, &[&id, &area, side, address, person, language, &digest_on, &due, &tx.call().at]).await
}

/// Returns the id of the next digest of a recipient that is not being sent yet, and locks it until the transaction ends.
async fn find_or_insert_digest(tx: &Tx<'_>, area: &str, recipient: &Recipient) -> Result<Uuid, Problem> {
    let at = tx.call().at;
    let today = london_date(at);
    let sql = "select true from emails
               where id = $1 and state = 'pending' and tries = 0 and leased_until is null and due_at > $2
               for update";
    for day in [today, today + Days::new(1), today + Days::new(2)] {
        let due = london_morning(day, DIGEST_HOUR);
        if due <= at {
            continue;
        }
        let id = identity::of_digest(area, recipient.side.as_str(), day, &recipient.address);
        insert_email(tx, id, area, recipient, Some(day), due).await?;
        if tx.query_opt(sql, &[&id, &at]).await?.is_some() {
            return Ok(id);
        }
    }
    Err(Problem::internal("no digest can take the notification"))
}
