//! An inspection as the service knew it at an instant, out of the log.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::model::{Correction, Inspection, InspectionKind, InspectionScope, Subjects};
use super::workflow::State;
use crate::api::Problem;
use crate::audit;
use crate::db::Session;

/// The part of a published inspection that holds its recommendations as they were published.
pub const RECOMMENDATIONS: &str = "recommendations";

/// An inspection as the log keeps it.
#[derive(Clone, Debug, Deserialize)]
struct Stored {
    id: Uuid,
    reference: String,
    source: String,
    title: Option<String>,
    kind: InspectionKind,
    legal_basis: Option<String>,
    scope: InspectionScope,
    lead_inspectorate: String,
    participating_inspectorates: Vec<String>,
    published_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    report_url: Option<String>,
    key_findings: Option<String>,
    subjects: Subjects,
    registered_by: Option<String>,
    follows_up: Option<Uuid>,
    state: State,
    corrections: Vec<Correction>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    shown_at: Option<DateTime<Utc>>,
}

/// An inspection as it was, without the number of its recommendations, and those it was published with.
pub async fn find(db: &Session<'_>, id: Uuid, at: DateTime<Utc>) -> Result<Option<(Inspection, Vec<Value>)>, Problem> {
    let parts = audit::past::record(db, "inspection", id, at).await?;
    let Some(it) = parts.record::<Stored>()? else { return Ok(None) };
    let recommendations = parts.part(RECOMMENDATIONS)?.unwrap_or_default();
    let inspection = Inspection {
        id: it.id,
        reference: it.reference,
        source: it.source,
        title: it.title,
        kind: it.kind,
        legal_basis: it.legal_basis,
        scope: it.scope,
        lead_inspectorate: it.lead_inspectorate,
        participating_inspectorates: it.participating_inspectorates,
        published_on: it.published_on,
        due_on: it.due_on,
        report_url: it.report_url,
        key_findings: it.key_findings,
        subjects: it.subjects,
        registered_by: it.registered_by,
        follows_up: it.follows_up,
        state: it.state,
        recommendations_count: 0,
        corrections: it.corrections,
        allowed_actions: None,
        version: it.version,
        created_at: it.created_at,
        updated_at: it.updated_at,
        links: Inspection::links(it.id),
        shown_at: it.shown_at,
    };
    Ok(Some((inspection, recommendations)))
}

/// An inspection as it was, with the number of recommendations it then had: counted among the events of the log, for the
/// recommendations themselves know their inspections and not the other way round.
pub async fn whole(db: &Session<'_>, id: Uuid, at: DateTime<Utc>) -> Result<Option<Inspection>, Problem> {
    let Some((mut found, published)) = find(db, id, at).await? else { return Ok(None) };
    let below = audit::past::below(db, "recommendation", id, at).await?;
    let ids = published.iter().chain(&below).filter_map(|it| it.get("id").and_then(Value::as_str));
    let ids: std::collections::BTreeSet<&str> = ids.collect();
    found.recommendations_count = i64::try_from(ids.len()).map_err(Problem::internal)?;
    Ok(Some(found))
}
