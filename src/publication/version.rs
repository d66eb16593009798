//! A published edition as one of a response's versions.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::responses::{ChiefOfficerComments, Edition, Explanation};

/// One published edition of a response; never changed, but for saying that a later one took its place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponseVersion {
    /// The response.
    pub response_id: Uuid,
    /// 1, 2, …
    pub edition: i32,
    /// Whether a later edition took its place.
    pub superseded: bool,
    /// When.
    pub superseded_at: Option<DateTime<Utc>>,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// The day of that in London.
    pub published_on: NaiveDate,
    /// When the first edition was.
    pub first_published_at: DateTime<Utc>,
    /// Where the body published it.
    pub url: Option<String>,
    /// Whether it was published before this service kept the record.
    pub recorded_afterwards: bool,
    /// The SHA-256 of what it says, as it was approved.
    pub content_sha256: String,
    /// The local policing body's comments.
    pub policing_body_comments: Option<String>,
    /// The chief officer's comments.
    pub chief_officer_comments: ChiefOfficerComments,
    /// The body's reply to the chief officer.
    pub reply_to_chief_officer: Option<String>,
    /// The explanations, in the report's order.
    pub explanations: Vec<Explanation>,
    /// Where to go from here.
    pub links: BTreeMap<&'static str, String>,
}

/// Every published edition of a response, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResponseVersions {
    /// The editions.
    pub items: Vec<ResponseVersion>,
}

impl ResponseVersion {
    /// An edition of this response.
    pub fn of(response_id: Uuid, edition: Edition) -> Self {
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
            content_sha256: edition.content_sha256,
            policing_body_comments: edition.content.policing_body_comments,
            chief_officer_comments: edition.content.chief_officer_comments,
            reply_to_chief_officer: edition.content.reply_to_chief_officer,
            explanations: edition.content.explanations,
            links: [
                ("self", format!("/v1/responses/{response_id}/versions/{n}")),
                ("response", format!("/v1/responses/{response_id}")),
            ]
            .into(),
        }
    }
}
