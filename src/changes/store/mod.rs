//! Reads of the change feed. Row security limits a caller to the changes of its own areas and its own side. Changes
//! that anyone may read are in the schema `published`. Each change has the title of its record as its reader may read it
//! now.

mod published;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::{ListOrder, Problem};
use crate::audit::{EVENTS_IN_SCOPE, EventActor};
use crate::changes::change_type::ChangeType;
use crate::changes::model::{ChangeItem, record_path};
use crate::changes::requests::FeedPosition;
use crate::db::{FromRow, Session};
use crate::vocabulary::WireName;

pub use published::{check_published, latest_published, list_published};

/// A change and its position in the feed.
#[derive(Clone, Debug)]
pub struct FeedEntry {
    /// The position among all changes. Positions have no gaps, so they must not leave the service: they would reveal
    /// how many changes there are.
    pub position: i64,
    /// The change.
    pub item: ChangeItem,
}

impl FromRow for FeedEntry {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let kind: ChangeType = row.try_get("type")?;
        let (resource, action) = kind.event();
        let (id, code): (Uuid, Option<String>) = (row.try_get("resource_id")?, row.try_get("code")?);
        let path = record_path(resource, id, row.try_get("parent_id")?, code.as_deref());
        let is_actor_known = row.try_get::<_, Option<&str>>("actor_issuer")?.is_some();
        Ok(Self {
            position: row.try_get("position")?,
            item: ChangeItem {
                id: row.try_get("event_id")?,
                at: row.try_get("at")?,
                kind,
                resource,
                resource_id: id,
                area: row.try_get("area")?,
                action,
                version: row.try_get("version")?,
                title: row.try_get::<_, Option<String>>("title")?.map(shorten),
                reference: row.try_get("reference")?,
                actor: if is_actor_known { Some(EventActor::from_row(row)?) } else { None },
                links: [("self", path)].into(),
            },
        })
    }
}

/// Shortens a title to 300 characters: the text of a recommendation can have several pages.
fn shorten(mut title: String) -> String {
    const MAX_CHARACTERS: usize = 300;
    if let Some((end, _)) = title.char_indices().nth(MAX_CHARACTERS) {
        title.truncate(end);
        title.push('…');
    }
    title
}

/// All types of changes.
pub const ALL: &[ChangeType] = ChangeType::ALL;

/// Returns the types as parameters of a statement: `resource.action` as the table stores it, and the name of each type.
fn type_parameters(types: &[ChangeType]) -> (Vec<String>, Vec<&'static str>) {
    let pair = |kind: &ChangeType| {
        let (resource, action) = kind.event();
        format!("{resource}.{action}")
    };
    (types.iter().map(pair).collect(), types.iter().map(|kind| kind.as_str()).collect())
}

/// Selects changes before or after a position ($4) in the streams of the caller's areas ($1), in the shared stream and, for
/// a registrar ($2), in the stream of no area, of the caller's sides ($3) and of the requested types ($5): up to $6 of each
/// stream, and up to $6 of those that anyone may read. Changes to OFFICIAL-SENSITIVE records are left out, because only
/// audited reads may see them.
macro_rules! changes_in_scope {
    ($compare:literal, $order:literal) => {
        concat!(
            "select c.*
             from unnest($1::text[] || array['_shared'] || case when $2::boolean then array['_all'] else '{}' end) as s(stream)
             cross join lateral (
                 select position, event_id, at, area, resource, resource_id, parent_id, version, kind, 0 as further
                 from changes c
                 where c.stream = s.stream and c.position ",
            $compare,
            " $4
                   and (c.side is null or c.side = any ($3) or 'audit' = any ($3))
                   and c.marking = 'OFFICIAL'
                   and (c.resource <> 'evidence'
                        or exists (select from evidence v where v.id = c.resource_id and v.marking = 'official'))
                   and c.kind = any ($5)
                 order by c.position",
            $order,
            " limit $6) c
             union all
             (",
            published_changes!($compare, $order),
            " limit $6)"
        )
    };
}

/// Selects changes that anyone may read, before or after a position ($4), of the requested types ($5).
macro_rules! published_changes {
    ($compare:literal, $order:literal) => {
        concat!(
            "select position, event_id, at, area, resource, resource_id, null::uuid as parent_id, version, kind, 1 as further
             from published.changes
             where position ",
            $compare,
            " $4 and kind = any ($5)
             order by position",
            $order
        )
    };
}

/// Adds to each change `p` the title and reference of its record, if the caller ($1, $2) may read the record now, and the
/// actor of its event, if the caller may read the event. The condition on inspections is that of their list.
const DETAILS: &str = constcat::concat!(
    " left join lateral (
          select i.title, i.reference
          from inspections i
          where i.id = case p.resource
                           when 'inspection' then p.resource_id
                           when 'response' then coalesce(
                               (select r.inspection_id from responses r where r.id = p.resource_id and in_scope(r.area, $1)),
                               (select r.inspection_id from published.responses r where r.id = p.resource_id)) end
                and (i.shown_at is not null or in_scope(i.registered_by, $1) or $2)
          union all
          select left(r.text, 301), r.reference
          from recommendations r
          join inspections i on i.id = r.inspection_id
          where r.id = case p.resource
                           when 'recommendation' then p.resource_id
                           when 'imported_position' then p.parent_id
                           when 'assignment' then coalesce(
                               (select a.recommendation_id from assignments a where a.id = p.resource_id and in_scope(a.area, $1)),
                               (select a.recommendation_id from published.assignments a where a.id = p.resource_id))
                           when 'assignment_update' then
                               (select a.recommendation_id from assignments a where a.id = p.parent_id and in_scope(a.area, $1)) end
                and (i.shown_at is not null or in_scope(i.registered_by, $1) or $2)
          union all
          select e.title, null
          from evidence e
          where p.resource = 'evidence' and e.id = p.resource_id and e.marking = 'official' and in_scope(e.area, $1)
          union all
          select a.name, null from published.areas a where p.resource = 'area' and a.id = p.resource_id
      ) t on true
      left join lateral (",
    EVENTS_IN_SCOPE,
    " and e.id = p.event_id) e on true"
);

/// Adds the name of each type ($7), the code of an area, and the details. A change that is both in the caller's scope and
/// published is returned once, as the caller's own.
macro_rules! page {
    ($compare:literal, $order:literal) => {
        constcat::concat!(
            concat!(
                "select p.*, t.title, t.reference, e.actor_issuer, e.actor_subject, e.actor_name, e.actor_roles, e.actor_area,
                        e.is_named
                 from (
                     select distinct on (c.position) c.position, c.event_id, c.at, c.area, c.resource, c.resource_id, c.parent_id,
                            c.version, ($7::text[])[array_position($5, c.kind)] as type, a.code
                     from (",
                changes_in_scope!($compare, $order),
                ") c
                     left join published.areas a on c.resource = 'area' and a.id = c.resource_id
                     order by c.position",
                $order,
                ", c.further
                     limit $6) p"
            ),
            DETAILS,
            concat!(" order by p.position", $order)
        )
    };
}
const PAGE_AFTER: &str = page!(">", "");
const PAGE_BEFORE: &str = page!("<", " desc");
const LATEST: &str = concat!(
    "select c.position, c.event_id, c.at from (",
    changes_in_scope!("<", " desc"),
    ") c where $6 = 1 order by c.position desc limit 1"
);

/// Returns at most `limit` changes of these types that the session may read: those after a position, oldest first, or those
/// before it, newest first.
pub async fn list(
    db: &Session<'_>,
    order: ListOrder,
    position: i64,
    types: &[ChangeType],
    limit: i64,
) -> Result<Vec<FeedEntry>, Problem> {
    let (pairs, names) = type_parameters(types);
    let sql = if order == ListOrder::OldestFirst { PAGE_AFTER } else { PAGE_BEFORE };
    let (areas, registrar, sides) = (db.areas(), db.is_registrar(), db.sides());
    db.find_all(sql, &[&areas, &registrar, &sides, &position, &pairs, &limit, &names]).await
}

/// A change that a reader has passed: its position, event and instant.
pub type PassedChange = (i64, Uuid, DateTime<Utc>);

fn passed(row: &Row) -> PassedChange {
    (row.get("position"), row.get("event_id"), row.get("at"))
}

/// Returns the last change before a position that the session may read.
pub async fn latest(db: &Session<'_>, before: i64) -> Result<Option<PassedChange>, Problem> {
    let (pairs, _) = type_parameters(ALL);
    let (areas, registrar, sides) = (db.areas(), db.is_registrar(), db.sides());
    let row = db.query_opt(LATEST, &[&areas, &registrar, &sides, &before, &pairs, &1_i64]).await?;
    Ok(row.as_ref().map(passed))
}

/// The comparison of what a reader has reached with the feed.
#[derive(Clone, Copy, Debug)]
pub struct FeedCheck {
    /// The epoch of the audit log that is open now.
    pub epoch: i32,
    /// If the feed does not have what the reader has reached: the position after which the reader must continue.
    pub restart: Option<i64>,
}

const CHECK: &str = "select c.epoch, c.restart from published.check_feed_position($1, $2, $3) c";

fn check_from(row: Option<&Row>) -> Result<FeedCheck, Problem> {
    let row = row.ok_or_else(|| Problem::internal("the check of a position in the feed has no row"))?;
    Ok(FeedCheck { epoch: row.get("epoch"), restart: row.get("restart") })
}

/// Compares what a reader has reached with the feed.
pub async fn check(db: &Session<'_>, reached: &FeedPosition) -> Result<FeedCheck, Problem> {
    check_from(db.query_opt(CHECK, &[&reached.position, &reached.event, &reached.epoch]).await?.as_ref())
}

/// Returns the names of a scope's streams, apart from the stream that anyone may read.
pub fn streams(areas: &[String], registrar: bool) -> Vec<String> {
    let shared = ["_shared"].into_iter().chain(registrar.then_some("_all"));
    areas.iter().cloned().chain(shared.map(str::to_owned)).collect()
}

/// Returns the last position of each stream.
pub async fn find_stream_heads(db: &Session<'_>) -> Result<HashMap<String, i64>, Problem> {
    let rows = db.query("select stream, position from stream_heads", &[]).await?;
    Ok(rows.iter().map(|row| (row.get("stream"), row.get("position"))).collect())
}
