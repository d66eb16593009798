//! Reads of the audit log. Row security limits each caller to the events of its own areas and the notes of its own
//! side.

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use super::diff;
use super::model::{AuditEvent, EventActor, RecordEvent, RecordHistory, TransitionEvent};
use super::record_history::HistoryPage;
use super::tree::store::names_person_elsewhere;
use crate::api::{Cursor, Filter, FilterType, ListDefinition, ListOrder, ListQuery, Problem, Sort};
use crate::db::{FromRow, Session, list};

/// Selects the events in the caller's scope: the events of its areas ($1), shared events and, for a registrar ($2),
/// the events of no area. $3 is the sides whose notes the caller may read. Notes on OFFICIAL-SENSITIVE evidence need
/// an audited read. `is_named` is false where the actor is an officer of another area.
pub const EVENTS_IN_SCOPE: &str = concat!(
    "
    select e.id, e.at, e.seq, e.area, e.actor_issuer, e.actor_subject, e.actor_name, e.actor_roles, e.resource, e.resource_id,
           e.version, e.action, e.from_state, e.to_state, e.fields, e.request_id,
           (e.area is null or e.area = any ($1)) and not o.elsewhere as is_named,
           case when not o.elsewhere then e.area end as actor_area,
           case when (n.side is null or n.side = any ($3) or 'audit' = any ($3))
                     and (e.resource <> 'evidence' or scope_audited()
                          or exists (select from evidence v where v.id = e.resource_id and v.marking = 'official'))
                then n.note end as note,
           n.event_id is not null and n.note is null
               and (n.side is null or n.side = any ($3) or 'audit' = any ($3)) as note_erased
    from events e
    cross join lateral (select ",
    names_person_elsewhere!(),
    " as elsewhere) o
    left join event_notes n on n.event_id = e.id
    where (e.shared or in_scope(e.area, $1) or (e.area is null and $2))"
);

impl FromRow for EventActor {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let person = Self {
            issuer: row.try_get("actor_issuer")?,
            subject: row.try_get("actor_subject")?,
            name: row.try_get("actor_name")?,
            roles: row.try_get("actor_roles")?,
            side: None,
            area: None,
        };
        Ok(Self::new(person, row.try_get("actor_area")?, row.try_get("is_named")?))
    }
}

impl FromRow for AuditEvent {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let resource_id: Uuid = row.try_get("resource_id")?;
        Ok(Self {
            id: row.try_get("id")?,
            at: row.try_get("at")?,
            area: row.try_get("area")?,
            actor: EventActor::from_row(row)?,
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

impl FromRow for TransitionEvent {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            action: row.try_get("action")?,
            from: row.try_get("from_state")?,
            to: row.try_get("to_state")?,
            by: EventActor::from_row(row)?,
            at: row.try_get("at")?,
            note: row.try_get("note")?,
        })
    }
}

/// The listing of audit events.
#[derive(Debug)]
pub enum AuditEvents {}

impl ListDefinition for AuditEvents {
    #[rustfmt::skip]
    const FILTERS: &'static [Filter] = &[
        ("area", FilterType::Labels,"area = any ($)", "Returns only events of records of these areas."),
        ("actor", FilterType::Texts, "is_named and actor_subject = any ($)",
            "Returns only events of these token subjects. Officers of other areas are not found."),
        ("action", FilterType::Texts, "action = any ($)", "Returns only events with these actions."),
        ("resource", FilterType::Texts, "resource = any ($)", "Returns only events of these kinds of record."),
        ("resource_id", FilterType::Id, "resource_id = $", "Returns only events of this record."),
        ("request_id", FilterType::Text, "request_id = $", "Returns only events of this HTTP request."),
        ("since", FilterType::Instant, "at >= $", "Returns only events at or after this instant."),
        ("until", FilterType::Instant, "at < $", "Returns only events before this instant."),
    ];
    const SORTS: &'static [Sort] = &[("at", "at", "timestamptz")];
    const DEFAULT_SORT: &'static str = "-at";
}

/// Returns one page of the events that the caller may read, and the total if the query requests it.
pub async fn list_events(
    db: &Session<'_>,
    query: &ListQuery<AuditEvents>,
) -> Result<(Vec<(AuditEvent, Cursor)>, Option<i64>), Problem> {
    list(db, &[EVENTS_IN_SCOPE], &[&db.areas(), &db.is_registrar(), &db.sides()], query).await
}

/// Returns a record's transitions in an order.
pub async fn list_transitions(
    db: &Session<'_>,
    resource_id: Uuid,
    order: ListOrder,
) -> Result<Vec<TransitionEvent>, Problem> {
    let mut sql = crate::db::Sql::from(EVENTS_IN_SCOPE);
    sql.push(" and e.resource_id = $4 and e.to_state is not null");
    sql.push(match order {
        ListOrder::OldestFirst => " order by e.at, e.id",
        ListOrder::NewestFirst => " order by e.at desc, e.id desc",
    });
    db.find_all(sql, &[&db.areas(), &db.is_registrar(), &db.sides(), &resource_id]).await
}

/// The action of an event that stores the record's state again after an erasure.
const ERASE: &str = "erase";

/// The number of events of one record on a page.
const PAGE_SIZE: usize = 200;

/// Returns a page of a record's events, each with its changes.
pub async fn list_changes(
    db: &Session<'_>,
    resource: &'static str,
    id: Uuid,
    page: HistoryPage,
) -> Result<RecordHistory, Problem> {
    let mut sql = crate::db::Sql::from(EVENTS_IN_SCOPE);
    sql.push(
        " and e.resource = $4 and e.resource_id = $5 and ($6::bigint is null or e.version < $6)
          and ($7::bigint is null or e.version > $7)",
    );
    sql.push(match page.order {
        ListOrder::OldestFirst => " order by e.version, e.seq limit $8",
        ListOrder::NewestFirst => " order by e.version desc, e.seq desc limit $8",
    });
    let limit = i64::try_from(PAGE_SIZE + 1).map_err(Problem::internal)?;
    let (areas, registrar, sides) = (db.areas(), db.is_registrar(), db.sides());
    let HistoryPage { order, before, after } = page;
    let mut rows = db.query(sql, &[&areas, &registrar, &sides, &resource, &id, &before, &after, &limit]).await?;
    // All events of one version must be on one page, because the next page can only name a whole version.
    let cut = rows.get(PAGE_SIZE).map(|row| row.get::<_, i64>("version"));
    rows.retain(|row| cut.is_none_or(|cut| row.get::<_, i64>("version") != cut));
    let events: Vec<Uuid> = rows.iter().map(|row| row.get("id")).collect();
    let parts = db
        .query(
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
        // An event that stores the state again after an erasure changes nothing.
        let is_stored_again = row.get::<_, &str>("action") == ERASE;
        for part in parts.iter().filter(|part| part.get::<_, Uuid>("event_id") == id) {
            match part.get::<_, Option<&str>>("payload") {
                None => erased = true,
                Some(_) if is_stored_again => {}
                Some(payload) => {
                    let payload = serde_json::from_str(payload).map_err(Problem::internal)?;
                    changes.extend(diff::changes(part.get("part"), part.get("side"), &payload));
                }
            }
        }
        items.push(RecordEvent {
            id,
            at: row.get("at"),
            by: EventActor::from_row(row).map_err(Problem::internal)?,
            action: row.get("action"),
            version: row.get("version"),
            from: row.get("from_state"),
            to: row.get("to_state"),
            note: row.get("note"),
            erased,
            changes,
        });
    }
    let next_before = cut.filter(|_| order == ListOrder::NewestFirst).map(|version| version + 1);
    let next_after = cut.filter(|_| order == ListOrder::OldestFirst).map(|version| version - 1);
    Ok(RecordHistory { items, next_before, next_after })
}

/// Returns the number of events that wait for the sequencer, counted up to 100,000, and the instant of the oldest one.
pub async fn find_backlog(db: &Session<'_>) -> Result<(i64, Option<DateTime<Utc>>), Problem> {
    let row = db.query_opt("select waiting, oldest from audit_backlog()", &[]).await?;
    Ok(row.map_or((0, None), |row| (row.get("waiting"), row.get("oldest"))))
}
