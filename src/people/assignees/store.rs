//! SQL of the people to whom records are assigned.

use std::collections::HashMap;

use tokio_postgres::types::Json;
use uuid::Uuid;

use super::model::Assignee;
use crate::api::Problem;
use crate::auth::Side;
use crate::db::{Session, Tx, WriteStatement, values};

/// Selects the person to whom the side `$3` has assigned each of the records `$2`, in the areas `$1`.
macro_rules! of_records {
    () => {
        "select x.resource_id, json_build_object('id', p.id, 'name', p.name, 'active', p.active) as assignee
         from assignees x
         join people p on p.id = x.person_id and in_scope(p.area, $1)
         where x.resource_id = any ($2) and in_scope(x.area, $1) and x.side = $3"
    };
}

/// Selects what the filter `assigned_to` compares for the record with this id: the person's id, and `me` if the person is the
/// caller. The other arguments are the parameters of the caller's areas, side and identity.
macro_rules! filter {
    ($id:literal, $areas:literal, $side:literal, $person:literal) => {
        concat!(
            "select array[p.id::text, case when person_key(p.issuer, p.subject) = ",
            $person,
            " then 'me' end]
             from assignees x
             join people p on p.id = x.person_id and in_scope(p.area, ",
            $areas,
            ")
             where x.resource_id = ",
            $id,
            " and in_scope(x.area, ",
            $areas,
            ") and x.side = ",
            $side
        )
    };
}

pub(crate) use {filter, of_records};

/// Returns the people to whom the caller's side has assigned these records, by the record's id.
pub async fn find_of_records(db: &Session<'_>, ids: &[Uuid]) -> Result<HashMap<Uuid, Assignee>, Problem> {
    let rows = db.query(of_records!(), &[&db.areas(), &ids, &db.acting_side()]).await?;
    let found = rows.iter().map(|row| {
        let Json(assignee) = row.try_get("assignee")?;
        Ok((row.try_get("resource_id")?, assignee))
    });
    found.collect::<Result<_, tokio_postgres::Error>>().map_err(Problem::internal)
}

/// Returns the id of the person to whom a side has assigned a record: some null if it is assigned to nobody any more, and
/// none if it never was.
pub async fn find_id(tx: &Tx<'_>, record: Uuid, side: Side) -> Result<Option<Option<Uuid>>, Problem> {
    let sql = "select person_id from assignees where resource_id = $2 and side = $3 and in_scope(area, $1)";
    Ok(tx.query_opt(sql, &[&tx.areas(), &record, &side]).await?.map(|row| row.get(0)))
}

/// Returns the statement that assigns a record.
pub fn set(
    tx: &Tx<'_>,
    resource: &'static str,
    (id, area): (Uuid, &str),
    side: Side,
    to: Option<Uuid>,
) -> WriteStatement {
    WriteStatement::new(
        "insert into assignees as x (resource, resource_id, area, side, person_id) values ($1, $2, $3, $4, $5)
         on conflict (resource_id, side) do update set person_id = excluded.person_id where in_scope(x.area, $6)",
        values![resource, id, area.to_owned(), side, to, tx.areas().to_vec()],
    )
}
