//! The statements that decide about notifications: the events that the change feed has since the last time, and the people
//! whom one concerns.

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::Problem;
use crate::areas::NotificationLanguage;
use crate::auth::{Role, Side};
use crate::calendar::london_date;
use crate::db::{FromRow, Session};
use crate::notifications::kind::{EVENT_RULES, NotificationKind};
use crate::notifications::model::{NotificationFrequency, Recipient};
use crate::vocabulary::WireName;

/// A change of a record that makes notifications.
#[derive(Clone, Debug)]
pub struct Change {
    /// The position in the change feed.
    pub position: i64,
    /// The audit event.
    pub event_id: Uuid,
    /// The instant.
    pub at: DateTime<Utc>,
    /// The code of the area.
    pub area: String,
    /// The kind of record.
    pub resource: String,
    /// The id of the record.
    pub resource_id: Uuid,
    /// The action.
    pub action: String,
}

impl FromRow for Change {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            position: row.try_get("position")?,
            event_id: row.try_get("event_id")?,
            at: row.try_get("at")?,
            area: row.try_get("area")?,
            resource: row.try_get("resource")?,
            resource_id: row.try_get("resource_id")?,
            action: row.try_get("action")?,
        })
    }
}

/// Returns at most `limit` changes that make notifications, after one position and up to another. OFFICIAL-SENSITIVE
/// evidence is left out.
pub async fn list_changes(db: &Session<'_>, after: i64, until: i64, limit: i64) -> Result<Vec<Change>, Problem> {
    let kinds: Vec<String> = EVENT_RULES.iter().map(|rule| format!("{}.{}", rule.resource, rule.action)).collect();
    let sql = "select c.position, c.event_id, c.at, c.area, c.resource, c.resource_id, c.action
               from changes c
               where c.position > $1 and c.position <= $2 and c.kind = any ($3) and c.stream = any ($4) and c.area is not null
                     and c.marking = 'OFFICIAL'
               order by c.position
               limit $5";
    db.find_all(sql, &[&after, &until, &kinds, &db.areas(), &limit]).await
}

/// Returns the sides that a change concerns. Returns `None` if it concerns nobody: the response to an old report that was
/// registered late, an import without questions, or a webhook that is active again.
pub async fn find_concerned(db: &Session<'_>, change: &Change) -> Result<Option<Vec<Side>>, Problem> {
    let both = Some(vec![Side::PolicingBody, Side::Force]);
    let (areas, id) = (db.areas(), change.resource_id);
    match (change.resource.as_str(), change.action.as_str()) {
        ("response", "open") => {
            let sql = "select true from responses r join inspections i on i.id = r.inspection_id
                       where r.id = $1 and in_scope(r.area, $2) and i.due_on >= $3";
            let found = db.query_opt(sql, &[&id, &areas, &london_date(change.at)]).await?;
            Ok(found.and(both))
        }
        ("import", _) => {
            let sql = "select true from import_proposals p
                       where p.id = $1 and in_scope(p.area, $2) and p.state = 'proposed'
                             and jsonb_array_length(coalesce(p.reading -> 'questions', '[]')) > 0";
            Ok(db.query_opt(sql, &[&id, &areas]).await?.and(both))
        }
        ("webhook", _) => {
            let sql = "select w.side from webhooks w where w.id = $1 and in_scope(w.area, $2) and w.state = 'disabled'";
            Ok(db.query_opt(sql, &[&id, &areas]).await?.map(|row| vec![row.get(0)]))
        }
        _ => Ok(both),
    }
}

/// Returns where an area is notified that one of these roles must act: its own addresses, and the people who chose it.
pub async fn list_recipients(
    db: &Session<'_>,
    area: &str,
    roles: &'static [Role],
    kind: NotificationKind,
    today: NaiveDate,
) -> Result<Vec<Recipient>, Problem> {
    let sql = "select a.role, a.address, a.language
               from area_settings s
               cross join lateral jsonb_to_recordset(s.notification_addresses) as a(role text, address text, language text)
               where s.area = $1 and in_scope(s.area, $2) and a.role = any ($3)
               order by a.address";
    let rows = db.query(sql, &[&area, &db.areas(), &roles]).await?;
    let of_area = |row: &Row| -> Result<Option<Recipient>, tokio_postgres::Error> {
        let (role, language): (Role, NotificationLanguage) = (row.try_get("role")?, row.try_get("language")?);
        let (address, frequency) = (row.try_get("address")?, NotificationFrequency::AtOnce);
        Ok(role.side().map(|side| Recipient { address, side, language, person: None, frequency }))
    };
    let addresses = rows.iter().filter_map(|row| of_area(row).transpose());
    let mut recipients: Vec<Recipient> = addresses.collect::<Result<_, _>>().map_err(Problem::internal)?;
    let covering: Vec<Role> = Role::all_covering(roles).collect();
    let sql = "select address, side, language, person, frequency from people_to_notify($1, $2, $3, $4) order by person";
    let people: Vec<Recipient> = db.find_all(sql, &[&area, &covering, &kind.as_str(), &today]).await?;
    recipients.extend(people);
    Ok(recipients)
}

impl FromRow for Recipient {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            address: row.try_get("address")?,
            side: row.try_get("side")?,
            language: row.try_get("language")?,
            person: Some(row.try_get("person")?),
            frequency: row.try_get("frequency")?,
        })
    }
}

/// Returns the key of the person who made an event.
pub async fn find_event_person(db: &Session<'_>, event: Uuid) -> Result<Option<String>, Problem> {
    let sql = "select person_key(e.actor_issuer, e.actor_subject) from events e where e.id = $1";
    Ok(db.query_opt(sql, &[&event]).await?.map(|row| row.get(0)))
}
