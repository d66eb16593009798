//! The request bodies that record a position on an assignment.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{AssuranceOpinion, BodyView, InspectorateStatus};
use crate::api::text::{LongText, SingleLineText};

/// The policing body's view of an assignment.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyViewRequest {
    /// The view. `assured` needs at least one accepted item of evidence.
    pub value: BodyView,
    /// The reasons for the view.
    pub note: LongText,
    /// The document that states the view.
    #[serde(default)]
    pub source: Option<SingleLineText>,
    /// The day on which the policing body took the view. If absent, today.
    #[serde(default)]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
}

/// An auditor's opinion on an assignment.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssuranceOpinionRequest {
    /// The opinion.
    pub value: AssuranceOpinion,
    /// The auditor's findings.
    pub note: LongText,
    /// The audit report that states the opinion.
    #[serde(default)]
    pub source: Option<SingleLineText>,
    /// The day on which the auditor gave the opinion. If absent, today.
    #[serde(default)]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
}

/// The inspectorate's decision on an assignment. Either side may enter it, with a citation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectorateStatusRequest {
    /// The decision: `closed`, `closed_verified` or `reopened`.
    pub value: InspectorateStatus,
    /// A note on the decision.
    #[serde(default)]
    pub note: Option<LongText>,
    /// The citation of the document in which the inspectorate states the decision.
    pub source: SingleLineText,
    /// The day of the inspectorate's decision.
    pub date: NaiveDate,
}
