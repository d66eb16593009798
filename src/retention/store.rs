//! What a hold or a disposal is of: a record or an event of an area in scope, those it lies below, and whether it is held.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::Side;
use crate::db::{FromRow, Session};

/// A record, or an event, as far as retention goes by it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The police area.
    pub area: String,
    /// It, and the records it lies below: a hold on any of them holds it.
    pub within: Vec<Uuid>,
    /// The side whose words they are.
    pub owner: Side,
    /// Whether it, or what it lies below, is held.
    pub held: bool,
}

impl FromRow for Subject {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            area: row.try_get("area")?,
            within: row.try_get("within")?,
            owner: row.try_get("owner")?,
            held: row.try_get("held")?,
        })
    }
}

/// Records of the areas in scope ($1), each with what it lies below.
macro_rules! records {
    () => {
        "select 'response' as resource, r.id, r.area, array[r.id] as within, 'policing_body' as owner
         from responses r
         where in_scope(r.area, $1)
         union all
         select 'assignment', a.id, a.area, array[a.id, r.id], 'force'
         from assignments a
         join responses r on r.inspection_id = a.inspection_id and r.area = a.area
         where in_scope(a.area, $1)
         union all
         select 'evidence', e.id, e.area, array[e.id, a.id, r.id], 'force'
         from evidence e
         join assignments a on a.id = e.assignment_id
         join responses r on r.inspection_id = a.inspection_id and r.area = a.area
         where in_scope(e.area, $1)"
    };
}

/// Whether one of the records `s.within` is held.
macro_rules! held {
    () => {
        "exists (select from legal_holds h where h.state = 'in_force' and h.resource_id = any (s.within)) as held"
    };
}

pub(super) use held;

/// A record of the areas in scope.
pub async fn record(db: &Session<'_>, resource: &str, id: Uuid) -> Result<Option<Subject>, Problem> {
    let sql = concat!(
        "select s.area, s.within, s.owner, ",
        held!(),
        " from (",
        records!(),
        ") s where s.resource = $2 and s.id = $3"
    );
    db.find(sql, &[&db.areas(), &resource, &id]).await
}

/// An event of the areas in scope that holds an area's own words; not one that tells of retention itself.
pub async fn event(db: &Session<'_>, id: Uuid) -> Result<Option<Subject>, Problem> {
    // An update stands below its line, a file below its item.
    let sql = concat!(
        "select s.area, s.within, s.owner, ",
        held!(),
        " from (select e.area, array[e.id, e.resource_id] || coalesce(r.within, '{}') as within,
                       coalesce((select max(p ->> 'side') from jsonb_array_elements(e.parts) p), r.owner, 'policing_body') as owner
                from events e
                left join evidence_files f on e.resource = 'file' and f.id = e.resource_id
                left join (",
        records!(),
        ") r on r.id = case e.resource when 'file' then f.evidence_id when 'assignment_update' then e.parent_id
                                       else e.resource_id end
                where e.id = $2 and in_scope(e.area, $1) and not e.shared
                  and e.resource not in ('event', 'legal_hold', 'retention_review', 'disposal')) s"
    );
    db.find(sql, &[&db.areas(), &id]).await
}

/// The record that an event is of, where it is one whose state the log keeps: its kind and id.
pub async fn record_of(db: &Session<'_>, event: Uuid) -> Result<Option<(String, Uuid)>, Problem> {
    let sql = "select resource, resource_id from events where id = $2 and in_scope(area, $1)";
    let row = db.maybe(sql, &[&db.areas(), &event]).await?;
    Ok(row.map(|row| (row.get("resource"), row.get("resource_id"))))
}
