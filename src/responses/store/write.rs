//! What is written of a response: the record by compare-and-set, its texts, its explanations.

use uuid::Uuid;

use super::super::content::Explanation;
use super::super::workflow::State;
use super::file::Part;
use super::record::Record;
use crate::api::Problem;
use crate::db::{Tx, WriteStatement, compare_and_set, values};
use crate::workflow::Step;

/// Opens the responses of these areas to an inspection; gives the id and area of each.
pub async fn open(tx: &Tx<'_>, inspection_id: Uuid, areas: &[String]) -> Result<Vec<(Uuid, String)>, Problem> {
    let opened: Vec<(Uuid, String)> = areas.iter().map(|area| (Uuid::now_v7(), area.clone())).collect();
    let ids: Vec<Uuid> = opened.iter().map(|(id, _)| *id).collect();
    let count = tx
        .execute(
            "insert into responses (id, inspection_id, area, state, created_at, updated_at)
             select id, $2, area, 'received', $4, $4 from unnest($1::uuid[], $3::text[]) as o(id, area)",
            &[&ids, &inspection_id, &areas, &tx.call().at],
        )
        .await?;
    if count == opened.len() as u64 { Ok(opened) } else { Err(Problem::internal("not every response was opened")) }
}

/// Writes the record's own columns and counts its version up, where it stands at its version.
///
/// With a step, the state moves too: only the table gives one.
pub fn update(tx: &Tx<'_>, it: &Record, step: Option<(&Step<State>, bool)>) -> WriteStatement {
    let (from, to) = step.map_or((it.state, it.state), |(step, whole)| (step.from(), step.to(whole)));
    WriteStatement::new(
        compare_and_set!(
            "update responses
         set state = $4, edition = $5, invited_on = $6, comments_due_on = $7, comments_status = $8, comments_late = $9,
             signed_by = $10, signed_at = $11, submitted_issuer = $12, submitted_subject = $13, approved_issuer = $14,
             approved_subject = $15, approved_by = $16, approved_at = $17, approved_sha256 = $18,
             not_required_reason = $19, duplicate_of = $20, not_required_note = $21, version = version + 1,
             updated_at = $22
         where id = $1 and version = $2 and state = $3 and in_scope(area, $23)"
        ),
        values![
            it.id,
            it.version,
            from,
            to,
            it.edition,
            it.invited_on,
            it.comments_due_on,
            it.comments_status,
            it.comments_late,
            it.signed_by.clone(),
            it.signed_at,
            it.submitted_issuer.clone(),
            it.submitted_subject.clone(),
            it.approved_issuer.clone(),
            it.approved_subject.clone(),
            it.approved_by.clone(),
            it.approved_at,
            it.approved_sha256.clone(),
            it.not_required_reason,
            it.duplicate_of,
            it.not_required_note.clone(),
            tx.call().at,
            tx.areas().to_vec(),
        ],
    )
}

/// Writes a text, or takes it away.
pub fn write_text(tx: &Tx<'_>, it: &Record, part: Part, text: Option<&str>) -> WriteStatement {
    let Some(text) = text else {
        let sql = "delete from response_texts where response_id = $1 and part = $2 and in_scope(area, $3)";
        return WriteStatement::new(sql, values![it.id, part, tx.areas().to_vec()]);
    };
    WriteStatement::new(
        "insert into response_texts (response_id, area, part, text, updated_at) values ($1, $2, $3, $4, $5)
         on conflict (response_id, part) do update set text = excluded.text, updated_at = excluded.updated_at",
        values![it.id, it.area.clone(), part, text.to_owned(), tx.call().at],
    )
}

/// Writes the explanation of one recommendation.
pub async fn explain(tx: &Tx<'_>, it: &Record, explanation: &Explanation) -> Result<u64, Problem> {
    tx.execute(
        "insert into explanations (response_id, recommendation_id, area, branch, text, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (response_id, recommendation_id)
         do update set branch = excluded.branch, text = excluded.text, updated_at = excluded.updated_at",
        &[&it.id, &explanation.recommendation_id, &it.area, &explanation.branch, &explanation.text, &tx.call().at],
    )
    .await
}

/// Writes the explanations of several recommendations of one response.
pub async fn explain_all(tx: &Tx<'_>, it: &Record, explanations: &[Explanation]) -> Result<u64, Problem> {
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
            &it.id,
            &it.area,
            &column!(|it| it.recommendation_id),
            &column!(|it| it.branch),
            &column!(|it| it.text.as_str()),
            &tx.call().at,
        ],
    )
    .await
}

/// Takes the explanation of one recommendation away.
pub async fn unexplain(tx: &Tx<'_>, it: &Record, recommendation_id: Uuid) -> Result<u64, Problem> {
    let sql = "delete from explanations where response_id = $1 and recommendation_id = $2 and in_scope(area, $3)";
    tx.execute(sql, &[&it.id, &recommendation_id, &tx.areas()]).await
}
