//! The feed in the database: a page of it, and where it ends, for one reader. Row security leaves each caller its own areas'
//! changes and its own side's; what anyone may read is in schema `published`.

use std::collections::HashMap;

use tokio_postgres::Row;
use uuid::Uuid;

use super::kinds::ChangeType;
use super::model::{ChangeItem, href};
use crate::api::Problem;
use crate::db::{FromRow, Public, Session};
use crate::vocabulary::WireName;

/// A change and its position.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Where it stands among all changes; dense, and so nobody's but the service's own.
    pub position: i64,
    /// The change.
    pub item: ChangeItem,
}

impl FromRow for Placed {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let kind: ChangeType = row.try_get("type")?;
        let (resource, action) = kind.event();
        let (id, code): (Uuid, Option<String>) = (row.try_get("resource_id")?, row.try_get("code")?);
        let place = href(resource, id, row.try_get("parent_id")?, code.as_deref());
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
                links: [("self", place)].into(),
            },
        })
    }
}

/// Every type.
pub const ALL: &[ChangeType] = ChangeType::ALL;

/// What is asked for, as the statement compares it: resource and action, and the type each is told as.
fn wanted(types: &[ChangeType]) -> (Vec<String>, Vec<&'static str>) {
    let pair = |kind: &ChangeType| {
        let (resource, action) = kind.event();
        format!("{resource}.{action}")
    };
    (types.iter().map(pair).collect(), types.iter().map(|kind| kind.as_str()).collect())
}

/// Those beyond a position ($2) in the scope's streams ($1), of its sides ($3) and of the wanted kinds ($4): up to $5 of each
/// stream, and of what anyone may read. What is OFFICIAL-SENSITIVE is told by no reading that is not recorded.
macro_rules! beyond {
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
            public!($compare, $order),
            " limit $5)"
        )
    };
}

macro_rules! public {
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

/// With the type that each is told as ($6), and of an area its code; of a change that is found twice, the caller's own.
macro_rules! told {
    ($beyond:expr) => {
        concat!(
            "select distinct on (c.position) c.position, c.event_id, c.at, c.area, c.resource_id, c.parent_id, c.version,
                    ($6::text[])[array_position($4, c.kind)] as type, a.code
             from (",
            $beyond,
            ") c
             left join published.areas a on c.resource = 'area' and a.id = c.resource_id
             order by c.position, c.further
             limit $5"
        )
    };
}
const PAGE: &str = told!(beyond!(">", ""));
const LATEST: &str = concat!("select max(c.position) from (", beyond!("<", " desc"), ") c where $5 = 1");

/// As many changes after a position as asked for, of what the session may read.
pub async fn page(db: &Session<'_>, after: i64, types: &[ChangeType], most: i64) -> Result<Vec<Placed>, Problem> {
    let (pairs, names) = wanted(types);
    let streams = streams(db.areas(), db.is_registrar());
    db.all(PAGE, &[&streams, &after, &db.sides(), &pairs, &most, &names]).await
}

/// The position of the last change that the session may read; 0 where there is none.
pub async fn latest(db: &Session<'_>) -> Result<i64, Problem> {
    let (pairs, _) = wanted(ALL);
    let streams = streams(db.areas(), db.is_registrar());
    let row = db.maybe(LATEST, &[&streams, &i64::MAX, &db.sides(), &pairs, &1_i64]).await?;
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

/// The same of what anyone may read.
pub async fn page_public(db: &Public<'_>, after: i64, most: i64) -> Result<Vec<Placed>, Problem> {
    let (pairs, names) = wanted(ALL);
    db.all(PUBLIC_PAGE, &[&after, &pairs, &most, &names]).await
}

/// The position of the last change of what anyone may read; 0 where there is none.
pub async fn latest_public(db: &Public<'_>) -> Result<i64, Problem> {
    let row = db.maybe("select coalesce(max(position), 0) from published.changes", &[]).await?;
    Ok(row.map_or(0, |row| row.get(0)))
}

/// The streams that a scope follows, beside what anyone may read.
pub fn streams(areas: &[String], registrar: bool) -> Vec<String> {
    let more = ["_shared"].into_iter().chain(registrar.then_some("_all"));
    areas.iter().cloned().chain(more.map(str::to_owned)).collect()
}

/// How far each stream has come.
pub async fn heads(db: &Session<'_>) -> Result<HashMap<String, i64>, Problem> {
    let rows = db.rows("select stream, position from change_heads", &[]).await?;
    Ok(rows.iter().map(|row| (row.get("stream"), row.get("position"))).collect())
}
