//! A line as the log keeps it: its own row, without what is counted from its evidence.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::positions::{AssuranceOpinion, BodyView, InspectorateStatus};
use super::store::{Opening, Record, Superseded};
use super::workflow::ForceStatus;
use crate::api::Problem;
use crate::db::Snapshot;

/// A line as it is stored.
#[derive(Clone, Debug, Serialize)]
struct Stored<'a> {
    id: Uuid,
    recommendation_id: Uuid,
    inspection_id: Uuid,
    area: &'a str,
    force_status: ForceStatus,
    body_view: BodyView,
    assurance_opinion: AssuranceOpinion,
    inspectorate_status: InspectorateStatus,
    owner: Option<&'a str>,
    local_target_on: Option<NaiveDate>,
    dependency: Option<&'a str>,
    superseded_by: Option<Uuid>,
    submitted_issuer: Option<&'a str>,
    submitted_subject: Option<&'a str>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A line as it now stands.
pub fn snapshot(it: &Record) -> Result<Snapshot, Problem> {
    Snapshot::of(&Stored {
        id: it.id,
        recommendation_id: it.recommendation_id,
        inspection_id: it.inspection_id,
        area: &it.area,
        force_status: it.force_status,
        body_view: it.body_view,
        assurance_opinion: it.assurance_opinion,
        inspectorate_status: it.inspectorate_status,
        owner: it.owner.as_deref(),
        local_target_on: it.local_target_on,
        dependency: it.dependency.as_deref(),
        superseded_by: it.superseded_by,
        submitted_issuer: it.submitted_issuer.as_deref(),
        submitted_subject: it.submitted_subject.as_deref(),
        version: it.version,
        created_at: it.created_at,
        updated_at: it.updated_at,
    })
}

/// A line just opened, of another area perhaps, whose rows who opens it may not read.
pub fn opened(
    id: Uuid,
    inspection_id: Uuid,
    area: &str,
    opening: &Opening,
    at: DateTime<Utc>,
) -> Result<Snapshot, Problem> {
    Snapshot::of(&Stored {
        id,
        recommendation_id: opening.recommendation_id,
        inspection_id,
        area,
        force_status: opening.force_status,
        body_view: BodyView::None,
        assurance_opinion: AssuranceOpinion::None,
        inspectorate_status: InspectorateStatus::Open,
        owner: None,
        local_target_on: None,
        dependency: opening.dependency.as_deref(),
        superseded_by: None,
        submitted_issuer: None,
        submitted_subject: None,
        version: 1,
        created_at: at,
        updated_at: at,
    })
}

/// A line before and after an inspection's publication closed it.
pub fn superseded(it: &Superseded, at: DateTime<Utc>) -> Result<(Snapshot, Snapshot), Problem> {
    let before = Stored {
        id: it.id,
        recommendation_id: it.recommendation_id,
        inspection_id: it.inspection_id,
        area: &it.area,
        force_status: it.from,
        body_view: it.body_view,
        assurance_opinion: it.assurance_opinion,
        inspectorate_status: it.inspectorate_status,
        owner: it.owner.as_deref(),
        local_target_on: it.local_target_on,
        dependency: it.dependency.as_deref(),
        superseded_by: None,
        submitted_issuer: it.submitted_issuer.as_deref(),
        submitted_subject: it.submitted_subject.as_deref(),
        version: it.version - 1,
        created_at: it.created_at,
        updated_at: it.updated_before,
    };
    let after = Stored {
        force_status: ForceStatus::Superseded,
        superseded_by: Some(it.superseded_by),
        version: it.version,
        updated_at: at,
        ..before.clone()
    };
    Ok((Snapshot::of(&before)?, Snapshot::of(&after)?))
}
