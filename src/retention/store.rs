//! SQL that finds the subject of a review, a hold or a disposal: a record or an audit event of the caller's areas, the
//! records above it, and whether it is under a legal hold.

use tokio_postgres::Row;
use uuid::Uuid;

use crate::api::Problem;
use crate::auth::Side;
use crate::db::{FromRow, Session};

/// A record or an audit event, with what decides about its retention.
#[derive(Clone, Debug)]
pub struct RetentionSubject {
    /// The police area.
    pub area: String,
    /// The ids of the subject and of the records above it. A hold on any of them protects the subject.
    pub within: Vec<Uuid>,
    /// The side that wrote the text.
    pub owner: Side,
    /// True if the subject, or a record above it, is under a legal hold.
    pub held: bool,
}

impl FromRow for RetentionSubject {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            area: row.try_get("area")?,
            within: row.try_get("within")?,
            owner: row.try_get("owner")?,
            held: row.try_get("held")?,
        })
    }
}

/// Selects the records of the areas in `$1`, each with the ids of the records above it.
macro_rules! subject_rows {
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

/// The column `held`: true if one of the records in `s.within` is under a legal hold.
macro_rules! held_column {
    () => {
        "exists (select from legal_holds h where h.state = 'in_force' and h.resource_id = any (s.within)) as held"
    };
}

pub(crate) use held_column;

/// Returns the record with this id, if it belongs to one of the caller's areas.
pub async fn find_record(db: &Session<'_>, resource: &str, id: Uuid) -> Result<Option<RetentionSubject>, Problem> {
    let sql = concat!(
        "select s.area, s.within, s.owner, ",
        held_column!(),
        " from (",
        subject_rows!(),
        ") s where s.resource = $2 and s.id = $3"
    );
    db.find(sql, &[&db.areas(), &resource, &id]).await
}

/// Returns the audit event with this id, if it belongs to one of the caller's areas and can have private text of the
/// area. Events about retention itself are left out.
pub async fn find_event(db: &Session<'_>, id: Uuid) -> Result<Option<RetentionSubject>, Problem> {
    // An update belongs to its assignment, a remark to its response, and a file to its item of evidence.
    let sql = concat!(
        "select s.area, s.within, s.owner, ",
        held_column!(),
        " from (select e.area, array[e.id, e.resource_id] || coalesce(r.within, '{}') as within,
                       coalesce((select max(p ->> 'side') from jsonb_array_elements(e.parts) p), r.owner, 'policing_body') as owner
                from events e
                left join evidence_files f on e.resource = 'file' and f.id = e.resource_id
                left join (",
        subject_rows!(),
        ") r on r.id = case e.resource when 'file' then f.evidence_id when 'assignment_update' then e.parent_id
                                       when 'remark' then e.parent_id
                                       else e.resource_id end
                where e.id = $2 and in_scope(e.area, $1) and not e.shared
                  and e.resource not in ('event', 'legal_hold', 'retention_review', 'disposal')) s"
    );
    db.find(sql, &[&db.areas(), &id]).await
}

/// Returns the kind and id of the record that an audit event is about, if the event belongs to one of the caller's
/// areas.
pub async fn find_record_of_event(db: &Session<'_>, event: Uuid) -> Result<Option<(String, Uuid)>, Problem> {
    let sql = "select resource, resource_id from events where id = $2 and in_scope(area, $1)";
    let row = db.query_opt(sql, &[&db.areas(), &event]).await?;
    Ok(row.map(|row| (row.get("resource"), row.get("resource_id"))))
}
