//! SQL for texts that were imported for a draft inspection. They wait in a table of their own until the publication of
//! the inspection opens the response.

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use tokio_postgres::types::Json;
use uuid::Uuid;

use crate::api::Problem;
use crate::db::{FromRow, Tx};
use crate::responses::content::Branch;

/// The policing body's texts of a response, without the record that holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingTexts {
    /// The policing body's comments.
    pub policing_body_comments: Option<String>,
    /// The reply to the chief officer.
    pub reply_to_chief_officer: Option<String>,
    /// The explanations of recommendations.
    pub explanations: Vec<PendingExplanation>,
}

/// The explanation of one recommendation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingExplanation {
    /// The id of the recommendation.
    pub recommendation_id: Uuid,
    /// Whether action was taken, is proposed, or neither.
    pub branch: Branch,
    /// The action taken or proposed, or the reason why there is none.
    pub text: String,
}

/// The texts of one area that a publication took from the table.
#[derive(Clone, Debug)]
pub struct OpenedTexts {
    /// The id of the response that now holds the texts. `None` if the inspection is not about the area.
    pub response_id: Option<Uuid>,
    /// The code of the police area.
    pub area: String,
    /// The texts.
    pub texts: PendingTexts,
}

impl FromRow for PendingTexts {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            policing_body_comments: row.try_get("policing_body_comments")?,
            reply_to_chief_officer: row.try_get("reply_to_chief_officer")?,
            explanations: row.try_get::<_, Json<_>>("explanations")?.0,
        })
    }
}

impl FromRow for OpenedTexts {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            response_id: row.try_get("response_id")?,
            area: row.try_get("area")?,
            texts: PendingTexts::from_row(row)?,
        })
    }
}

/// Inserts the texts of an area for a draft inspection. Returns false if the area has texts for it already.
pub async fn insert_pending_texts(
    tx: &Tx<'_>,
    inspection: Uuid,
    area: &str,
    texts: &PendingTexts,
) -> Result<bool, Problem> {
    let PendingTexts { policing_body_comments, reply_to_chief_officer, explanations } = texts;
    let inserted = tx
        .execute(
            "insert into pending_response_texts (inspection_id, area, policing_body_comments, reply_to_chief_officer,
                                                 explanations, created_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict do nothing",
            &[&inspection, &area, policing_body_comments, reply_to_chief_officer, &Json(explanations), &tx.call().at],
        )
        .await?;
    Ok(inserted == 1)
}

/// Deletes the texts of an area for a draft inspection, and returns them.
pub async fn delete_pending_texts(tx: &Tx<'_>, inspection: Uuid, area: &str) -> Result<Option<PendingTexts>, Problem> {
    tx.find(
        "delete from pending_response_texts
         where inspection_id = $2 and area = $3 and in_scope(area, $1)
         returning policing_body_comments, reply_to_chief_officer, explanations",
        &[&tx.areas(), &inspection, &area],
    )
    .await
}

/// Puts the texts for a published inspection into the responses that its publication has just opened, and returns them.
pub async fn open_pending_texts(tx: &Tx<'_>, inspection: Uuid) -> Result<Vec<OpenedTexts>, Problem> {
    tx.find_all("select * from open_pending_response_texts($1, $2)", &[&inspection, &tx.call().at]).await
}

/// Deletes the texts for an inspection that was withdrawn, and returns the codes of their areas.
pub async fn delete_all_pending_texts(tx: &Tx<'_>, inspection: Uuid) -> Result<Vec<String>, Problem> {
    let rows = tx.query("select area from delete_pending_response_texts($1)", &[&inspection]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
