//! Reads of the change feed. Row security limits a caller to the changes of its own areas and its own side. Changes
//! that anyone may read are in the schema `published`.

use std::collections::HashMap;

use tokio_postgres::Row;
use uuid::Uuid;

use super::change_type::ChangeType;
use super::model::{ChangeItem, record_path};
use crate::api::Problem;
use crate::db::{FromRow, Public, Session};
use crate::vocabulary::WireName;

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
                links: [("self", path)].into(),
            },
        })
    }
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

/// Selects changes before or after a position ($2) in the caller's streams ($1), of its sides ($3) and of the
/// requested types ($4): up to $5 of each stream, and up to $5 of those that anyone may read. Changes to
/// OFFICIAL-SENSITIVE records are left out, because only audited reads may see them.
macro_rules! changes_in_scope {
    ($compare:literal, $order:literal) => {
        concat!(
            "select c.* from unnest($1::text[]) as s(stream)
             cross join lateral (
                 select position, event_id, at, area, resource, resource_id, parent_id, version, kind, 0 as further
                 from changes c
                 where c.stream = s.stream and c.position ",
            $compare,
            " $2
                   and (c.side is null or c.side = any ($3) or 'audit' = any ($3))
                   and c.marking = 'OFFICIAL'
                   and (c.resource <> 'evidence'
                        or exists (select from evidence v where v.id = c.resource_id and v.marking = 'official'))
                   and c.kind = any ($4)
                 order by c.position",
            $order,
            " limit $5) c
             union all
             (",
            published_changes!($compare, $order),
            " limit $5)"
        )
    };
}

/// Selects changes that anyone may read, before or after a position ($2), of the requested types ($4).
macro_rules! published_changes {
    ($compare:literal, $order:literal) => {
        concat!(
            "select position, event_id, at, area, resource, resource_id, null::uuid as parent_id, version, kind, 1 as further
             from published.changes
             where position ",
            $compare,
            " $2 and kind = any ($4)
             order by position",
            $order
        )
    };
}

/// Adds the name of each type ($6) and the code of an area. A change that is both in the caller's scope and published
/// is returned once, as the caller's own.
macro_rules! page {
    ($changes:expr) => {
        concat!(
            "select distinct on (c.position) c.position, c.event_id, c.at, c.area, c.resource_id, c.parent_id, c.version,
                    ($6::text[])[array_position($4, c.kind)] as type, a.code
             from (",
            $changes,
            ") c
             left join published.areas a on c.resource = 'area' and a.id = c.resource_id
             order by c.position, c.further
             limit $5"
        )
    };
}
const PAGE: &str = page!(changes_in_scope!(">", ""));
const LATEST: &str = concat!("select max(c.position) from (", changes_in_scope!("<", " desc"), ") c where $5 = 1");

/// Returns changes of these types after a position that the session may read, at most `limit`.
pub async fn list(db: &Session<'_>, after: i64, types: &[ChangeType], limit: i64) -> Result<Vec<FeedEntry>, Problem> {
    let (pairs, names) = type_parameters(types);
    let streams = streams(db.areas(), db.is_registrar());
    db.find_all(PAGE, &[&streams, &after, &db.sides(), &pairs, &limit, &names]).await
}

/// Returns the position of the last change that the session may read, or 0 if there is none.
pub async fn latest(db: &Session<'_>) -> Result<i64, Problem> {
    let (pairs, _) = type_parameters(ALL);
    let streams = streams(db.areas(), db.is_registrar());
    let row = db.query_opt(LATEST, &[&streams, &i64::MAX, &db.sides(), &pairs, &1_i64]).await?;
    Ok(row.and_then(|row| row.get(0)).unwrap_or_default())
}

const PUBLIC_PAGE: &str = "
    select c.position, c.event_id, c.at, c.area, c.resource_id, null::uuid as parent_id, c.version,
           ($4::text[])[array_position($2, c.kind)] as type, a.code
    from published.changes c
    left join published.areas a on c.resource = 'area' and a.id = c.resource_id
    where c.position > $1 and c.kind = any ($2)
    order by c.position
    limit $3";

/// Returns changes after a position that anyone may read, at most `limit`.
pub async fn list_published(db: &Public<'_>, after: i64, limit: i64) -> Result<Vec<FeedEntry>, Problem> {
    let (pairs, names) = type_parameters(ALL);
    db.find_all(PUBLIC_PAGE, &[&after, &pairs, &limit, &names]).await
}

/// Returns the position of the last change that anyone may read, or 0 if there is none.
pub async fn latest_published(db: &Public<'_>) -> Result<i64, Problem> {
    let row = db.query_opt("select coalesce(max(position), 0) from published.changes", &[]).await?;
    Ok(row.map_or(0, |row| row.get(0)))
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
