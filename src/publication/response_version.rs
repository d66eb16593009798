//! A published edition of a response, as callers see it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::responses::{ChiefOfficerComments, Edition, Explanation};

/// One published edition of a response. It never changes, except that `superseded` becomes true when a later edition is
/// published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponseVersion {
    /// The id of the response.
    pub response_id: Uuid,
    /// The number of the edition, from 1.
    pub edition: i32,
    /// True if a later edition has superseded this one.
    pub superseded: bool,
    /// When a later edition superseded this one.
    pub superseded_at: Option<DateTime<Utc>>,
    /// When this edition was published.
    pub published_at: DateTime<Utc>,
    /// The day in London on which this edition was published.
    pub published_on: NaiveDate,
    /// When the first edition was published.
    pub first_published_at: DateTime<Utc>,
    /// The address at which the policing body published the edition.
    pub url: Option<String>,
    /// True if the edition was published before this service held its record.
    pub recorded_afterwards: bool,
    /// The name of the person who signed the published response. Known only where it was recorded afterwards.
    pub signed_by: Option<String>,
    /// The SHA-256 digest of the content, in lower-case hexadecimal.
    pub content_sha256: String,
    /// The local policing body's comments on the report.
    pub policing_body_comments: Option<String>,
    /// The chief officer's comments on the report.
    pub chief_officer_comments: ChiefOfficerComments,
    /// The policing body's reply to the chief officer's comments.
    pub reply_to_chief_officer: Option<String>,
    /// The explanations of the recommendations, in the order of the report.
    pub explanations: Vec<Explanation>,
    /// The ids of the recommendations that were published without an explanation. There can be any only where the
    /// edition was recorded afterwards.
    pub missing_explanations: Vec<Uuid>,
    /// Addresses of related resources.
    pub links: BTreeMap<&'static str, String>,
}

/// The published editions of a response, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ResponseVersionList)]
pub struct ResponseVersions {
    /// The editions.
    pub items: Vec<ResponseVersion>,
}

impl ResponseVersion {
    /// Returns an edition of a response as a version.
    pub fn new(response_id: Uuid, edition: Edition) -> Self {
        let n = edition.edition;
        Self {
            response_id,
            edition: n,
            superseded: edition.superseded_at.is_some(),
            superseded_at: edition.superseded_at,
            published_at: edition.published_at,
            published_on: edition.published_on,
            first_published_at: edition.first_published_at,
            url: edition.url,
            recorded_afterwards: edition.recorded_afterwards,
            signed_by: edition.signed_by,
            content_sha256: edition.content_sha256,
            policing_body_comments: edition.content.policing_body_comments,
            chief_officer_comments: edition.content.chief_officer_comments,
            reply_to_chief_officer: edition.content.reply_to_chief_officer,
            explanations: edition.content.explanations,
            missing_explanations: edition.missing_explanations,
            links: [
                ("self", format!("/v1/responses/{response_id}/versions/{n}")),
                ("response", format!("/v1/responses/{response_id}")),
            ]
            .into(),
        }
    }
}
