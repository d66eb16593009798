//! Statements for many recommendations at once: one statement for a batch of rows, instead of one for each row.

use std::collections::HashSet;

use tokio_postgres::types::Json;
use uuid::Uuid;

use super::super::model::Recommendation;
use super::RECORD;
use crate::api::Problem;
use crate::db::{Session, Sql, Tx};

/// Inserts new recommendations of one inspection, and returns the number of rows.
pub async fn insert_all(tx: &Tx<'_>, all: &[Recommendation]) -> Result<u64, Problem> {
    macro_rules! column {
        ($of:expr) => {
            all.iter().map($of).collect::<Vec<_>>()
        };
    }
    tx.execute(
        "insert into recommendations (id, inspection_id, reference, number, ordinal, kind, cause_of_concern_id, text,
             addressees, target_kind, target_text, target_on, themes, supersedes, reiterates, errata, version,
             created_at, updated_at, target_basis)
             select id, inspection_id, reference, number, ordinal, kind, cause, text,
                    array(select jsonb_array_elements_text(addressees)), target_kind, target_text, target_on,
                    array(select jsonb_array_elements_text(themes)), supersedes, reiterates, '[]', 1, $1, $1, target_basis
             from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::uuid[],
                         $9::text[], $10::jsonb[], $11::text[], $12::text[], $13::date[], $14::jsonb[], $15::uuid[],
                         $16::uuid[], $17::text[])
                 as r(id, inspection_id, reference, number, ordinal, kind, cause, text, addressees, target_kind,
                      target_text, target_on, themes, supersedes, reiterates, target_basis)",
        &[
            &tx.call().at,
            &column!(|it| it.id),
            &column!(|it| it.inspection_id),
            &column!(|it| it.reference.as_str()),
            &column!(|it| it.number.as_str()),
            &column!(|it| it.ordinal),
            &column!(|it| it.kind),
            &column!(|it| it.cause_of_concern_id),
            &column!(|it| it.text.as_str()),
            &column!(|it| Json(&it.addressees)),
            &column!(|it| it.target.kind),
            &column!(|it| it.target.text.as_deref()),
            &column!(|it| it.target.on),
            &column!(|it| Json(&it.themes)),
            &column!(|it| it.supersedes),
            &column!(|it| it.reiterates),
            &column!(|it| it.target_basis),
        ],
    )
    .await
}

/// Updates the causes of concern of recommendations: pairs of a recommendation's id and its cause's id.
pub async fn update_causes(tx: &Tx<'_>, inspection_id: Uuid, pairs: &[(Uuid, Uuid)]) -> Result<u64, Problem> {
    let (children, causes): (Vec<Uuid>, Vec<Uuid>) = pairs.iter().copied().unzip();
    tx.execute(
        "update recommendations r set cause_of_concern_id = p.cause
         from unnest($2::uuid[], $3::uuid[]) as p(child, cause)
         where r.id = p.child and r.inspection_id = $1",
        &[&inspection_id, &children, &causes],
    )
    .await
}

/// Returns the ids that belong to recommendations which the caller can see.
pub async fn find_ids(db: &Session<'_>, ids: &[Uuid]) -> Result<HashSet<Uuid>, Problem> {
    let mut sql = Sql::from("select id from (");
    sql.push(RECORD);
    sql.push(") r where id = any ($3)");
    let rows = db.query(sql, &[&db.areas(), &db.is_registrar(), &ids]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
