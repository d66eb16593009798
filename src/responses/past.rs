//! A response as the service knew it at an instant: the file put together again out of the log.

use std::collections::BTreeMap;

use serde::Deserialize;
use uuid::Uuid;

use super::content::{ChiefOfficerComments, Content, Explanation};
use super::model::InspectionSummary;
use super::snapshot::{BodysOwn, ForcesOwn, Stored};
use super::store::{File, Record};
use crate::api::Problem;
use crate::audit;
use crate::auth::{Call, Side};
use crate::db::Session;
use crate::inspections;
use crate::recommendations::{self, RecommendationKind};
use crate::vocabulary::Word;

#[derive(Deserialize)]
struct Settings {
    afi_explanation_required: bool,
}

/// The caller's own file of this id, as it was at the instant of the call.
pub async fn find(db: &Session<'_>, id: Uuid, then: &Call) -> Result<Option<File>, Problem> {
    let parts = audit::past::record(db, "response", id, then.at).await?;
    let Some(it) = parts.record::<Stored>()?.filter(|it| then.actor.scope().covers(&it.area)) else { return Ok(None) };
    let body: BodysOwn = parts.part(Side::PolicingBody.as_str())?.unwrap_or_default();
    let force: ForcesOwn = parts.part(Side::Force.as_str())?.unwrap_or_default();
    let found = inspections::past::find(db, it.inspection_id, then.at).await?;
    let (inspection, published) = found.ok_or_else(|| Problem::internal("a response to no inspection"))?;
    let known = recommendations::past::known(db, it.inspection_id, published, then.at).await?;
    let settings = audit::past::settings::<Settings>(db, &it.area, then.at).await?;
    let improvements = settings.is_some_and(|settings| settings.afi_explanation_required);
    let required = known.iter().filter(|it| match it.kind {
        RecommendationKind::Recommendation => true,
        RecommendationKind::AreaForImprovement => improvements,
        RecommendationKind::CauseOfConcern => false,
    });
    let required = required.map(|it| (it.id, it.reference.clone())).collect();
    let mut explained: BTreeMap<Uuid, _> = body.explanations;
    let explanations = known.iter().filter_map(|it| {
        let explained = explained.remove(&it.id)?;
        Some(Explanation {
            recommendation_id: it.id,
            reference: it.reference.clone(),
            branch: explained.branch,
            text: explained.text,
        })
    });
    let content = Content {
        policing_body_comments: body.policing_body_comments,
        chief_officer_comments: ChiefOfficerComments {
            status: it.comments_status,
            text: it.chief_officer_comments,
            late: it.comments_late,
            signed_by: it.signed_by.clone(),
            signed_at: it.signed_at,
            draft: None,
        },
        reply_to_chief_officer: body.reply_to_chief_officer,
        explanations: explanations.collect(),
    };
    // Once an edition is published its digest is no secret, and the same that was approved.
    let shown = it.published.as_ref().filter(|edition| edition.edition == it.edition);
    let record = Record {
        id: it.id,
        inspection_id: it.inspection_id,
        area: it.area,
        state: it.state,
        edition: it.edition,
        invited_on: it.invited_on,
        comments_due_on: it.comments_due_on,
        comments_status: it.comments_status,
        comments_late: it.comments_late,
        signed_by: it.signed_by,
        signed_at: it.signed_at,
        submitted_issuer: it.submitted_issuer,
        submitted_subject: it.submitted_subject,
        approved_issuer: it.approved_issuer,
        approved_subject: it.approved_subject,
        approved_by: it.approved_by,
        approved_at: it.approved_at,
        approved_sha256: body.approved_sha256.or_else(|| shown.map(|edition| edition.content_sha256.clone())),
        not_required_reason: it.not_required_reason,
        duplicate_of: it.duplicate_of,
        not_required_note: it.not_required_note,
        version: it.version,
        created_at: it.created_at,
        updated_at: it.updated_at,
        inspection: InspectionSummary {
            reference: inspection.reference,
            title: inspection.title,
            published_on: inspection.published_on,
            state: inspection.state,
        },
        inspection_published_on: inspection.published_on,
        due_on: inspection.due_on,
        afi_explanation_required: improvements,
        published: it.published,
        copies: it.copies,
        draft: force.chief_officer_draft,
    };
    Ok(Some(File { record, content, required }))
}
