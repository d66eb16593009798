//! The log in the database, read only: row security leaves each caller its own areas' events and its own side's notes.

use tokio_postgres::Row;
use uuid::Uuid;

use super::diff;
use super::model::{AuditEvent, By, HistoryItem, RecordEvent, RecordHistory};
use crate::api::{Cursor, Field, Filter, Listing, Problem, Query, Sort};
use crate::db::{FromRow, Session, list};

/// The events in scope: of the areas ($1), shared, or, for a registrar ($2), of no area. $3: the sides whose notes the
/// caller reads. What was said of OFFICIAL-SENSITIVE evidence is read where the reading is recorded, and nowhere else.
const RECORD: &str = "
    select e.id, e.at, e.seq, e.area, e.actor_issuer, e.actor_subject, e.actor_name, e.actor_roles, e.resource, e.resource_id,
           e.version, e.action, e.from_state, e.to_state, e.fields, e.request_id,
           case when (n.side is null or n.side = any ($3) or 'audit' = any ($3))
                     and (e.resource <> 'evidence' or scope_recorded()
                          or exists (select from evidence v where v.id = e.resource_id and v.marking = 'official'))
                then n.note end as note,
           n.event_id is not null and n.note is null
               and (n.side is null or n.side = any ($3) or 'audit' = any ($3)) as note_erased
    from events e
    left join event_notes n on n.event_id = e.id
    where (e.shared or in_scope(e.area, $1) or (e.area is null and $2))";

impl FromRow for By {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            issuer: row.try_get("actor_issuer")?,
            subject: row.try_get("actor_subject")?,
            name: row.try_get("actor_name")?,
            roles: row.try_get("actor_roles")?,
        })
    }
}

impl FromRow for AuditEvent {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let resource_id: Uuid = row.try_get("resource_id")?;
        Ok(Self {
            id: row.try_get("id")?,
            at: row.try_get("at")?,
            area: row.try_get("area")?,
            actor: By::from_row(row)?,
            action: row.try_get("action")?,
            resource: row.try_get("resource")?,
            resource_id,
            resource_version: row.try_get("version")?,
            from: row.try_get("from_state")?,
            to: row.try_get("to_state")?,
            fields: row.try_get::<_, Option<_>>("fields")?.unwrap_or_default(),
            note: row.try_get("note")?,
            request_id: row.try_get("request_id")?,
            links: [("record", format!("/v1/audit-events?resource_id={resource_id}"))].into(),
        })
    }
}

impl FromRow for HistoryItem {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            action: row.try_get("action")?,
            from: row.try_get("from_state")?,
            to: row.try_get("to_state")?,
            by: By::from_row(row)?,
            at: row.try_get("at")?,
            note: row.try_get("note")?,
        })
    }
}

/// The list of audit events.
#[derive(Debug)]
pub enum AuditEvents {}

impl Listing for AuditEvents {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area",        Field::Texts,   "area = any ($)",          "Events of these areas' records."),
        ("actor",       Field::Texts,   "actor_subject = any ($)", "What these subjects did."),
        ("action",      Field::Texts,   "action = any ($)",        "These actions."),
        ("resource",    Field::Texts,   "resource = any ($)",      "These kinds of record."),
        ("resource_id", Field::Id,      "resource_id = $",         "What happened to one record."),
        ("request_id",  Field::Text,    "request_id = $",          "What one request did."),
        ("since",       Field::Instant, "at >= $",                 "From this instant on."),
        ("until",       Field::Instant, "at < $",                  "Before this instant."),
    ];
    const SORTS: &'static [Sort] = &[("at", "at", "timestamptz")];
    const DEFAULT: &'static str = "-at";
}

/// One page of the events the caller may read.
pub async fn page(
    db: &Session<'_>,
    query: &Query<AuditEvents>,
) -> Result<(Vec<(AuditEvent, Cursor)>, Option<i64>), Problem> {
    list(db, &[RECORD], &[&db.areas(), &db.is_registrar(), &db.sides()], query).await
}

/// One record's transitions, oldest first.
pub async fn history(db: &Session<'_>, resource_id: Uuid) -> Result<Vec<HistoryItem>, Problem> {
    let mut sql = crate::db::Sql::from(RECORD);
    sql.push(" and e.resource_id = $4 and e.to_state is not null order by e.at, e.id");
    db.all(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &resource_id]).await
}

/// The action of an event that keeps a record anew, its words before being erased.
const ERASE: &str = "erase";

/// How many events of one record are told at once.
const MOST: usize = 200;

/// What became of one record, newest first, below a version where one is given: its events, each with what it changed.
pub async fn changes(
    db: &Session<'_>,
    resource: &'static str,
    id: Uuid,
    before: Option<i64>,
) -> Result<RecordHistory, Problem> {
    let mut sql = crate::db::Sql::from(RECORD);
    sql.push(
        " and e.resource = $4 and e.resource_id = $5 and ($6::bigint is null or e.version < $6)
          order by e.version desc, e.seq desc limit $7",
    );
    let most = i64::try_from(MOST + 1).map_err(Problem::internal)?;
    let (areas, registrar, sides) = (db.areas(), db.is_registrar(), db.sides());
    let mut rows = db.rows(sql, &[&areas, &registrar, &sides, &resource, &id, &before, &most]).await?;
    // All events of one version stand on one page.
    let next = rows.get(MOST).map(|row| row.get::<_, i64>("version") + 1);
    rows.retain(|row| next.is_none_or(|next| row.get::<_, i64>("version") >= next));
    let events: Vec<Uuid> = rows.iter().map(|row| row.get("id")).collect();
    let parts = db
        .rows(
            "select p.event_id, p.part, p.side, p.payload
             from event_payloads p
             where p.event_id = any ($4)
               and (p.shared or in_scope(p.area, $1) or (p.area is null and $2))
               and (p.side is null or p.side = any ($3) or 'audit' = any ($3))
             order by p.part",
            &[&areas, &registrar, &sides, &events],
        )
        .await?;
    let mut items = Vec::new();
    for row in &rows {
        let id: Uuid = row.get("id");
        let mut changes = Vec::new();
        let mut erased = row.get::<_, Option<bool>>("note_erased").unwrap_or_default();
        // What was kept anew after an erasure changed nothing.
        let anew = row.get::<_, &str>("action") == ERASE;
        for part in parts.iter().filter(|part| part.get::<_, Uuid>("event_id") == id) {
            match part.get::<_, Option<&str>>("payload") {
                None => erased = true,
                Some(_) if anew => {}
                Some(payload) => {
                    let payload = serde_json::from_str(payload).map_err(Problem::internal)?;
                    changes.extend(diff::changes(part.get("part"), part.get("side"), &payload));
                }
            }
        }
        items.push(RecordEvent {
            id,
            at: row.get("at"),
            by: By::from_row(row).map_err(Problem::internal)?,
            action: row.get("action"),
            version: row.get("version"),
            from: row.get("from_state"),
            to: row.get("to_state"),
            note: row.get("note"),
            erased,
            changes,
        });
    }
    Ok(RecordHistory { items, next_before: next })
}
