//! SQL that writes responses: the row, by compare-and-set on its version, the texts and the explanations.

use uuid::Uuid;

use super::find::ResponseTextKind;
use super::row::ResponseRow;
use crate::api::Problem;
use crate::db::{Tx, WriteStatement, compare_and_set, values};
use crate::responses::content::Explanation;
use crate::responses::workflow::State;
use crate::workflow::PermittedTransition;

/// Inserts a response to an inspection for each of these areas. Returns the id and area of each.
pub async fn insert_for_areas(
    tx: &Tx<'_>,
    inspection_id: Uuid,
    areas: &[String],
) -> Result<Vec<(Uuid, String)>, Problem> {
    let inserted: Vec<(Uuid, String)> = areas.iter().map(|area| (Uuid::now_v7(), area.clone())).collect();
    let ids: Vec<Uuid> = inserted.iter().map(|(id, _)| *id).collect();
    let count = tx
        .execute(
            "insert into responses (id, inspection_id, area, state, created_at, updated_at)
             select id, $2, area, 'received', $4, $4 from unnest($1::uuid[], $3::text[]) as o(id, area)",
            &[&ids, &inspection_id, &areas, &tx.call().at],
        )
        .await?;
    if count != inserted.len() as u64 {
        return Err(Problem::internal("fewer responses were inserted than there are areas"));
    }
    Ok(inserted)
}

/// Returns the statement that writes the row's own columns and increases its version, if the stored version is still
/// the row's.
///
/// The state changes only with a transition that the workflow table permitted; the flag beside it chooses the second
/// target state of its rule.
pub fn update(
    tx: &Tx<'_>,
    row: &ResponseRow,
    transition: Option<(&PermittedTransition<State>, bool)>,
) -> WriteStatement {
    let (from, to) =
        transition.map_or((row.state, row.state), |(permitted, complete)| (permitted.from(), permitted.to(complete)));
    WriteStatement::new(
        compare_and_set!(
            "update responses
         set state = $4, edition = $5, invited_on = $6, comments_due_on = $7, comments_status = $8, comments_late = $9,
             signed_by = $10, signed_at = $11, submitted_issuer = $12, submitted_subject = $13, approved_issuer = $14,
             approved_subject = $15, approved_by = $16, approved_at = $17, approved_sha256 = $18,
             not_required_reason = $19, duplicate_of = $20, not_required_note = $21,
             comments_recorded_afterwards = $22, imported_version = $23, blank_version = $24, version = version + 1,
             updated_at = $25
         where id = $1 and version = $2 and state = $3 and in_scope(area, $26)"
        ),
        values![
            row.id,
            row.version,
            from,
            to,
            row.edition,
            row.invited_on,
            row.comments_due_on,
            row.comments_status,
            row.comments_late,
            row.signed_by.clone(),
            row.signed_at,
            row.submitted_issuer.clone(),
            row.submitted_subject.clone(),
            row.approved_issuer.clone(),
            row.approved_subject.clone(),
            row.approved_by.clone(),
            row.approved_at,
            row.approved_sha256.clone(),
            row.not_required_reason,
            row.duplicate_of,
            row.not_required_note.clone(),
            row.comments_recorded_afterwards,
            row.imported_version,
            row.blank_version,
            tx.call().at,
            tx.areas().to_vec(),
        ],
    )
}

/// Returns the statement that writes a text, or deletes it where there is none.
pub fn set_text(tx: &Tx<'_>, row: &ResponseRow, kind: ResponseTextKind, text: Option<&str>) -> WriteStatement {
    let Some(text) = text else {
        let sql = "delete from response_texts where response_id = $1 and part = $2 and in_scope(area, $3)";
        return WriteStatement::new(sql, values![row.id, kind, tx.areas().to_vec()]);
    };
    WriteStatement::new(
        "insert into response_texts (response_id, area, part, text, updated_at) values ($1, $2, $3, $4, $5)
         on conflict (response_id, part) do update set text = excluded.text, updated_at = excluded.updated_at",
        values![row.id, row.area.clone(), kind, text.to_owned(), tx.call().at],
    )
}

/// Inserts or replaces the explanation of one recommendation.
pub async fn upsert_explanation(tx: &Tx<'_>, row: &ResponseRow, explanation: &Explanation) -> Result<u64, Problem> {
    tx.execute(
        "insert into explanations (response_id, recommendation_id, area, branch, text, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (response_id, recommendation_id)
         do update set branch = excluded.branch, text = excluded.text, updated_at = excluded.updated_at",
        &[&row.id, &explanation.recommendation_id, &row.area, &explanation.branch, &explanation.text, &tx.call().at],
    )
    .await
}

/// Inserts or replaces the explanations of several recommendations of one response.
pub async fn upsert_explanations(tx: &Tx<'_>, row: &ResponseRow, explanations: &[Explanation]) -> Result<u64, Problem> {
    macro_rules! column {
        ($of:expr) => {
            explanations.iter().map($of).collect::<Vec<_>>()
        };
    }
    tx.execute(
        "insert into explanations (response_id, recommendation_id, area, branch, text, updated_at)
         select $1, recommendation_id, $2, branch, text, $6
         from unnest($3::uuid[], $4::text[], $5::text[]) as e(recommendation_id, branch, text)
         on conflict (response_id, recommendation_id)
         do update set branch = excluded.branch, text = excluded.text, updated_at = excluded.updated_at",
        &[
            &row.id,
            &row.area,
            &column!(|explanation| explanation.recommendation_id),
            &column!(|explanation| explanation.branch),
            &column!(|explanation| explanation.text.as_str()),
            &tx.call().at,
        ],
    )
    .await
}

/// Deletes the explanation of one recommendation. Returns the number of rows deleted.
pub async fn delete_explanation(tx: &Tx<'_>, row: &ResponseRow, recommendation_id: Uuid) -> Result<u64, Problem> {
    let sql = "delete from explanations where response_id = $1 and recommendation_id = $2 and in_scope(area, $3)";
    tx.execute(sql, &[&row.id, &recommendation_id, &tx.areas()]).await
}

/// Deletes the explanations of all recommendations. Returns the number of rows deleted.
pub async fn delete_explanations(tx: &Tx<'_>, row: &ResponseRow) -> Result<u64, Problem> {
    let sql = "delete from explanations where response_id = $1 and in_scope(area, $2)";
    tx.execute(sql, &[&row.id, &tx.areas()]).await
}
